package dev.dmaops.backend.iommu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.testkit.IommuBench;
import dev.dmaops.testkit.IommuScene;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Callers that break the protocol are told so, and nothing changes: neither tables nor addresses. */
@ParameterizedClass
@EnumSource(
        value = IommuDomainType.class,
        names = {"DMA", "DMA_FQ"})
class IommuMisuseTest {
    private final IommuBench bench;
    private final DmaDevice device;
    private long dma;

    IommuMisuseTest(IommuDomainType type) {
        bench = IommuScene.PLAIN.with(type).open(new IommuBackend());
        device = bench.device();
    }

    @BeforeEach
    void map() {
        dma = device.mapSingle(bench.filled(16384, 1), 96, 10_000, DmaDirection.TO_DEVICE, 0);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void refused(long address, long bytes, String message) {
        assertThatThrownBy(() -> device.unmapSingle(address, bytes, DmaDirection.TO_DEVICE, 0))
                .isInstanceOf(DmaUsageException.class)
                .hasMessage(message);
        assertThat(bench.engine().checksum(dma, 10_000)).isNotNegative();
        assertThat(bench.domain().mappedBytes()).isEqualTo(12288);
    }

    @Test
    void partOfAMappingCannotBeUnmapped() {
        String there = "the mapping there is dma=0x" + Long.toHexString(dma)
                + " bytes=10000. Unmap with the address and length that were mapped.";
        String at = Long.toHexString(dma);
        refused(dma, 4096, "DMA-3005 dev0: cannot unmap dma=0x" + at + " bytes=4096: " + there);
        refused(dma, 9_999, "DMA-3005 dev0: cannot unmap dma=0x" + at + " bytes=9999: " + there);
        refused(dma, 20_000, "DMA-3005 dev0: cannot unmap dma=0x" + at + " bytes=20000: " + there);
        refused(
                dma + 1,
                10_000,
                "DMA-3005 dev0: cannot unmap dma=0x" + Long.toHexString(dma + 1) + " bytes=10000: " + there);
        refused(dma, 0, "DMA-3005 dev0: cannot unmap dma=0x" + at + " bytes=0: " + there);
        refused(dma, -1, "DMA-3005 dev0: cannot unmap dma=0x" + at + " bytes=-1: " + there);
        refused(
                dma + 4096,
                5_904,
                "DMA-3005 dev0: cannot unmap dma=0x" + Long.toHexString(dma + 4096)
                        + " bytes=5904: the address lies inside of a mapping that begins elsewhere. Unmap whole mappings.");
    }

    @Test
    void addressesThatWereNeverMappedCannotBeUnmapped() {
        refused(
                0x5000,
                4096,
                "DMA-3004 dev0: cannot unmap dma=0x5000 bytes=4096: no mapping is there. Pass the address that map returned,"
                        + " once.");
        refused(
                -4096L,
                4096,
                "DMA-3004 dev0: cannot unmap dma=0xfffffffffffff000 bytes=4096: no mapping is there. Pass the address that"
                        + " map returned, once.");
    }

    @Test
    void secondUnmapIsRefusedAndGivesNoAddressBackTwice() {
        device.unmapSingle(dma, 10_000, DmaDirection.TO_DEVICE, 0);
        assertThatThrownBy(() -> device.unmapSingle(dma, 10_000, DmaDirection.TO_DEVICE, 0))
                .isInstanceOf(DmaUsageException.class)
                .hasMessageStartingWith("DMA-3004");
        bench.pass(FlushQueue.TIMEOUT_NANOS);
        long physical = bench.physical(bench.filled(16384, 2));
        long first = device.mapSingle(physical, 10_000, DmaDirection.TO_DEVICE, 0);
        long second = device.mapSingle(physical, 10_000, DmaDirection.TO_DEVICE, 0);
        assertThat(first & -4096L).isNotEqualTo(second & -4096L);
    }

    @Test
    void otherDevicesAddressCannotBeUnmapped() {
        DmaDevice other = bench.device("dev1");
        assertThatThrownBy(() -> other.unmapSingle(dma, 10_000, DmaDirection.TO_DEVICE, 0))
                .isInstanceOf(DmaUsageException.class)
                .hasMessageStartingWith("DMA-3004 dev1");
    }

    @Test
    void emptyBufferCannotBeMapped() {
        assertThatThrownBy(() -> device.mapSingle(0x1000, 0, DmaDirection.TO_DEVICE, 0))
                .isInstanceOf(DmaUsageException.class)
                .hasMessage(
                        "DMA-3001 dev0: cannot map bytes=0 behind an IOMMU: expected 1 or more. Leave empty buffers out.");
        assertThat(bench.domain().mappedBytes()).isEqualTo(12288);
    }

    @Test
    void lengthBeyondAllAddressesIsRefusedAndNothingIsTaken() {
        assertThat(device.mapSingle(0x1000, Long.MAX_VALUE, DmaDirection.TO_DEVICE, 0))
                .isEqualTo(DmaDevice.MAPPING_ERROR);
        assertThat(bench.domain().mappedBytes()).isEqualTo(12288);
    }
}
