package dev.dmaops.integration.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.firmware.kconfig.BuiltinConfigs;
import dev.dmaops.firmware.kconfig.KernelArchitecture;
import dev.dmaops.selection.KernelConfigs;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.DeviceDescription.Firmware;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.IommuAttachment;
import dev.dmaops.spi.IommuAttachment.DriverWish;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.MemoryEncryption;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.Policy;
import dev.dmaops.spi.Sourced;
import dev.dmaops.spi.SystemDescription;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pool and IOMMU domains of every recorded boot of a PC, by its memory, processors and command line. */
class PcBootsTest {
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    /** The machine keeps RAM below this place when it is small, and moves what is above 2 GiB up otherwise. */
    private static final long LOW_RAM = 0xb000_0000L;

    static Stream<Path> recordings() {
        return Golden.files("linux", ".*\\.jsonl\\.gz").stream();
    }

    @Test
    void recordingsAreThere() {
        assumeTrue(Golden.exists("linux"), "the recordings of Linux are not beside this repository");
        assertThat(recordings()).isNotEmpty();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("recordings")
    void poolAndDomainAreAsRecorded(Path file) {
        Map<String, Object> header = JsonRows.read(file, 1).getFirst();
        PlatformPlan plan = Rows.plan(system(header), device(header));

        long slots = JsonRows.number(header, "nslabs");
        assertThat(plan.pool().kind()).isEqualTo(slots == 0 ? PoolKind.NONE : PoolKind.DEFAULT);
        assertThat(plan.pool().forced()).isEqualTo(JsonRows.field(header, "force_bounce"));
        if (slots != 0) {
            assertThat(halvedToFit(plan.pool().slots(), memory(header) / 2)).isEqualTo(slots);
            assertThat((long) plan.pool().areas()).isEqualTo(JsonRows.number(header, "nareas"));
        }
        assertThat(plan.devices().getFirst().choice().iommuDomain()).isEqualTo(domain(header));
    }

    /** A plan says what is asked for; the pool is halved until it fits into free memory. */
    private static long halvedToFit(long slots, long freeBytes) {
        long fitting = slots;
        while (fitting * 2048 > freeBytes) {
            fitting /= 2;
        }
        return fitting;
    }

    private static SystemDescription system(Map<String, Object> header) {
        String name = (String) JsonRows.field(header, "scenario");
        return new SystemDescription(
                new Sourced<>(Architecture.X86, name),
                new Sourced<>(
                        KernelVersion.parse((String) JsonRows.field(header, "kernel"))
                                .orElseThrow(),
                        name),
                KernelConfigs.view(BuiltinConfigs.of(KernelArchitecture.X86_64).orElseThrow()),
                new Sourced<>((String) JsonRows.field(header, "cmdline"), name),
                Hypervisor.NONE,
                Sourced.byDefault(MemoryEncryption.NONE),
                ram(memory(header)),
                Optional.empty(),
                Optional.empty(),
                new Sourced<>((int) JsonRows.number(header, "possible_cpus"), name),
                4096,
                Sourced.byDefault(Policy.AS_LINUX));
    }

    private static DeviceDescription device(Map<String, Object> header) {
        return new DeviceDescription(
                "0000:00:02.0",
                "0000:00:02.0",
                Bus.PCI,
                Firmware.ACPI,
                true,
                Optional.empty(),
                Optional.empty(),
                iommu(header),
                Sourced.byDefault(false),
                Optional.empty(),
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DmaConstraints.PCI,
                true,
                Optional.empty(),
                "recorded");
    }

    private static Optional<IommuAttachment> iommu(Map<String, Object> header) {
        String machine = JsonRows.field(header, "qemu_extra").toString();
        Optional<Hardware> hardware = machine.contains("intel-iommu")
                ? Optional.of(Hardware.INTEL)
                : machine.contains("virtio-iommu") ? Optional.of(Hardware.VIRTIO) : Optional.empty();
        return hardware.map(kind -> new IommuAttachment(kind, DriverWish.NONE, true, 0x10, machine));
    }

    private static IommuDomainType domain(Map<String, Object> header) {
        for (Object group : (List<?>) JsonRows.field(header, "iommu_groups")) {
            if (group.toString().contains("0000:00:02.0")) {
                String type = group.toString().replaceAll(".*type=", "").toLowerCase(Locale.ROOT);
                return Stream.of(IommuDomainType.values())
                        .filter(candidate -> candidate.text().equals(type))
                        .findFirst()
                        .orElseThrow();
            }
        }
        return IommuDomainType.NONE;
    }

    private static long memory(Map<String, Object> header) {
        return Long.parseLong(((String) JsonRows.field(header, "mem")).replace("M", "")) * MIB;
    }

    private static List<MemoryRange> ram(long bytes) {
        return bytes <= LOW_RAM
                ? List.of(new MemoryRange(0, bytes))
                : List.of(new MemoryRange(0, 2 * GIB), new MemoryRange(4 * GIB, bytes - 2 * GIB));
    }
}
