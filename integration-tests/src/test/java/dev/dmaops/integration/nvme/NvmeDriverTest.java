package dev.dmaops.integration.nvme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.example.nvme.Nvme;
import dev.dmaops.example.nvme.NvmeException;
import dev.dmaops.machine.sim.SimDevices;
import dev.dmaops.machine.sim.nvme.NvmeController;
import dev.dmaops.runtime.ConfiguredPlatform;
import dev.dmaops.runtime.configuration.IommuBuilder;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.Zone;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One driver class; what makes its memory reachable is chosen by the configuration. */
final class NvmeDriverTest {
    private static final String DISK = "0000:01:00.0";
    private static final int BLOCKS = 8192;
    private static final int BLOCK = 512;
    private static final int ORDER = 7;

    enum World {
        DIRECT("direct", "quiet", false),
        SWIOTLB("swiotlb", "swiotlb=force", false),
        IOMMU_STRICT("iommu", "intel_iommu=on iommu.strict=1", true),
        IOMMU_LAZY("iommu", "intel_iommu=on iommu.strict=0", true);

        private final String backend;
        private final String line;
        private final boolean iommu;

        World(String backend, String line, boolean iommu) {
            this.backend = backend;
            this.line = line;
            this.iommu = iommu;
        }

        private DmaPlatform open() {
            return ConfiguredPlatform.open(PlatformConfiguration.builder(Architecture.X86)
                    .commandLine(line)
                    .memory(256L << 20)
                    .iommu(iommu ? details -> details.behind("*").hardware(Hardware.INTEL) : IommuBuilder::absent)
                    .device(DISK, device -> device.bus(Bus.PCI).mask(DmaMask.ofBits(64)))
                    .build());
        }
    }

    private static NvmeController controller(DmaPlatform platform) {
        return new NvmeController(platform.part(SimDevices.class).orElseThrow().engine(DISK), BLOCKS);
    }

    private static MemorySegment memory(DmaPlatform platform) {
        Machine machine = platform.part(Machine.class).orElseThrow();
        return machine.memory().segment(machine.pages().allocate(ORDER, Zone.NORMAL), 4096L << ORDER);
    }

    @ParameterizedTest
    @EnumSource
    void driverFindsTheControllerAndItsNamespace(World world) {
        try (DmaPlatform platform = world.open();
                Nvme disk = new Nvme(platform.device(DISK), controller(platform))) {
            assertThat(platform.device(DISK).choice().backend()).isEqualTo(world.backend);
            assertThat(disk.model()).isEqualTo("DmaOps simulated NVMe");
            assertThat(disk.blocks()).isEqualTo(BLOCKS);
            assertThat(disk.blockBytes()).isEqualTo(BLOCK);
            assertThat(disk.mostBytes()).isEqualTo(128 << 10);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenIsReadBackFromAnyBufferOfAnyLength(World world) {
        SplittableRandom random = new SplittableRandom(20261123);
        byte[] expected = new byte[BLOCKS * BLOCK];
        try (DmaPlatform platform = world.open();
                Nvme disk = new Nvme(platform.device(DISK), controller(platform))) {
            MemorySegment memory = memory(platform);
            for (int round = 0; round < 120; round++) {
                int length = BLOCK * (random.nextInt(3) == 0 ? random.nextInt(1, 600) : random.nextInt(1, 40));
                int block = random.nextInt(BLOCKS - length / BLOCK + 1);
                MemorySegment buffer = random.nextInt(5) == 0
                        ? MemorySegment.ofArray(new byte[length])
                        : memory.asSlice(4L * random.nextInt((int) (memory.byteSize() - length) / 4 + 1), length);
                byte[] bytes = new byte[length];
                if (random.nextBoolean()) {
                    random.nextBytes(bytes);
                    MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, length);
                    disk.write(block, buffer);
                    System.arraycopy(bytes, 0, expected, block * BLOCK, length);
                } else {
                    disk.read(block, buffer);
                    assertThat(buffer.toArray(ValueLayout.JAVA_BYTE))
                            .as("round %s, %s bytes at block %s", round, length, block)
                            .isEqualTo(Arrays.copyOfRange(expected, block * BLOCK, block * BLOCK + length));
                }
            }
            disk.flush();
            assertThat(platform.part(SimDevices.class).orElseThrow().faults().all())
                    .isEmpty();
        }
    }

    /** mke2fs made the image from two files, sha256sum said what its checksum is. */
    @ParameterizedTest
    @EnumSource
    void aFileSystemImageHasTheChecksumThatLinuxComputed(World world) throws Exception {
        byte[] image;
        try (InputStream packed = NvmeDriverTest.class.getResourceAsStream("/nvme/image.ext2.gz")) {
            image = new GZIPInputStream(Objects.requireNonNull(packed)).readAllBytes();
        }
        try (DmaPlatform platform = world.open();
                Nvme disk = new Nvme(platform.device(DISK), controller(platform))) {
            disk.write(16, MemorySegment.ofArray(image));
            // Read into memory of the machine, from the middle of a page on: every command has a list of pages.
            MemorySegment into = memory(platform).asSlice(1028, image.length);
            into.fill((byte) 0x5a);
            disk.read(16, into);

            assertThat(into.get(ValueLayout.JAVA_SHORT_UNALIGNED, 1024 + 56))
                    .as("magic of ext2")
                    .isEqualTo((short) 0xef53);
            assertThat(HexFormat.of()
                            .formatHex(
                                    MessageDigest.getInstance("SHA-256").digest(into.toArray(ValueLayout.JAVA_BYTE))))
                    .isEqualTo("f2facda8e674afe914aba8563053b20a87fb1b9910abfea764d325b041002661");
        }
    }

    @ParameterizedTest
    @EnumSource
    void blocksBeyondTheEndAreRefusedAndTheDriverGoesOn(World world) {
        try (DmaPlatform platform = world.open();
                Nvme disk = new Nvme(platform.device(DISK), controller(platform))) {
            MemorySegment buffer = memory(platform).asSlice(0, 4096);

            assertThatThrownBy(() -> disk.read(BLOCKS - 4, buffer))
                    .isInstanceOfSatisfying(
                            NvmeException.class, e -> assertThat(e.status()).isEqualTo(0x80))
                    .hasMessage("queue 1: opcode 2 ended with status 0x80");

            buffer.fill((byte) 7);
            disk.write(BLOCKS - 8, buffer);
            buffer.fill((byte) 0);
            disk.read(BLOCKS - 8, buffer);
            assertThat(buffer.toArray(ValueLayout.JAVA_BYTE)).containsOnly(7);
            assertThatThrownBy(() -> disk.read(0, buffer.asSlice(0, 100)))
                    .hasMessage(
                            "cannot move 100 bytes: expected a multiple of 512, the size of a block, and at least one.");
        }
    }
}
