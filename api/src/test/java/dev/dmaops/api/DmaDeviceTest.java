package dev.dmaops.api;

import static dev.dmaops.api.DmaDirection.FROM_DEVICE;
import static dev.dmaops.api.DmaDirection.TO_DEVICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DirectWindow;
import dev.dmaops.spi.DmaDeviceState;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class DmaDeviceTest {
    private final LinearRam memory = new LinearRam();
    private final RecordingOps ops = new RecordingOps();
    private final DmaDeviceState state = new DmaDeviceState(DeviceLimits.DEFAULT, "dev0", false);

    private DmaDevice device(SetMaskOutcome setMask, IommuDomainType domain) {
        BackendChoice choice = new BackendChoice(
                "dev0",
                "direct",
                BounceMode.POSSIBLE,
                PoolKind.DEFAULT,
                domain,
                setMask,
                List.of(new Decision("direct.default", "nothing else applies", List.of(), "direct")));
        return new DmaDevice(state, ops, choice, memory, 4096);
    }

    private DmaDevice device() {
        return device(SetMaskOutcome.OK, IommuDomainType.NONE);
    }

    @Test
    void ramBufferIsMappedByItsPhysicalAddress() {
        MemorySegment buffer = memory.segment(0x10100, 16);
        assertThat(device().mapSingle(buffer, 0, 16, TO_DEVICE, 0)).isEqualTo(0x10100 + RecordingOps.OFFSET);
        assertThat(device().mapSingle(memory.ram, 0x100, 16, TO_DEVICE, 0)).isEqualTo(0x10100 + RecordingOps.OFFSET);
        assertThat(ops.calls).containsExactly("map " + 0x10100 + " 16", "map " + 0x10100 + " 16");
    }

    @Test
    void heapBufferGoesToTheBackendAsMemory() {
        assertThat(device().mapSingle(MemorySegment.ofArray(new byte[32]), 8, 24, TO_DEVICE, 0))
                .isEqualTo(RecordingOps.OFFSET);
        assertThat(ops.calls).containsExactly("mapMemory 24");
    }

    @Test
    void insideOfTheDirectWindowTheBackendIsNotAsked() {
        ops.window = new DirectWindow(0x10000, 0x17fff, 0xc000_0000L, 0, 0);
        DmaDevice device = device();
        long dma = device.mapSingle(0x17ff0, 16, TO_DEVICE, 0);
        device.unmapSingle(dma, 16, TO_DEVICE, 0);
        assertThat(dma).isEqualTo(0xc001_7ff0L);
        assertThat(ops.calls).isEmpty();
    }

    @Test
    void theDirectWindowEndsWithItsLastByte() {
        ops.window = new DirectWindow(0x10000, 0x17fff, 0, 0, 0);
        DmaDevice device = device();
        device.mapSingle(0x17ff0, 17, TO_DEVICE, 0);
        device.mapSingle(0xffff, 1, TO_DEVICE, 0);
        assertThat(ops.calls).containsExactly("map " + 0x17ff0 + " 17", "map " + 0xffff + " 1");
    }

    @Test
    void aBounceBufferWithinTheWindowIsUnmappedByTheBackend() {
        ops.window = new DirectWindow(0x10000, 0x17fff, 0, 0x12000, 0x1000);
        DmaDevice device = device();
        device.unmapSingle(0x12800, 16, TO_DEVICE, 0);
        device.unmapSingle(0x13000, 16, TO_DEVICE, 0);
        assertThat(ops.calls).containsExactly("unmap " + 0x12800 + " 16");
    }

    @Test
    void aNewMaskRefreshesTheWindow() {
        DmaDevice device = device();
        ops.window = new DirectWindow(0, -1L >>> 1, 0, 0, 0);
        assertThat(device.setStreamingMask(DmaMask.ofBits(40))).isEqualTo(SetMaskOutcome.OK);
        device.mapSingle(0x10000, 16, TO_DEVICE, 0);
        assertThat(ops.calls).isEmpty();
        assertThat(device.streamingMask()).isEqualTo(DmaMask.ofBits(40));
    }

    @Test
    void aMaskThatTheBackendRefusesChangesNothing() {
        ops.narrowestMask = 0xff_ffff;
        DmaDevice device = device();
        assertThat(device.setMasks(DmaMask.ofBits(23))).isEqualTo(SetMaskOutcome.EIO);
        assertThat(device.streamingMask()).isEqualTo(DmaMask.BITS_32);
        assertThat(device.coherentMask()).isEqualTo(DmaMask.BITS_32);
    }

    @Test
    void otherOperationsBesideAnIommuDomainRefuseEveryMask() {
        DmaDevice device = device(SetMaskOutcome.EIO, IommuDomainType.DMA);
        assertThat(device.setMasks(DmaMask.ALL)).isEqualTo(SetMaskOutcome.EIO);
        assertThat(device.supports(DmaMask.ALL)).isFalse();
    }

    @Test
    void aPlannedMaskThatWasRefusedDoesNotSpeakForOthers() {
        ops.narrowestMask = 0xff_ffff;
        DmaDevice device = device(SetMaskOutcome.EIO, IommuDomainType.NONE);
        assertThat(device.setMasks(DmaMask.ofBits(23))).isEqualTo(SetMaskOutcome.EIO);
        assertThat(device.setMasks(DmaMask.ofBits(24))).isEqualTo(SetMaskOutcome.OK);
    }

    @Test
    void refusalCarriesTheBackendsWordsAndIsAnErrorInThePrimitiveForm() {
        ops.refuse = DmaErrorCode.NO_FREE_RUN;
        DmaDevice device = device();
        MemorySegment buffer = memory.segment(0x10000, 64);
        assertThat(device.mapSingle(buffer, 0, 64, TO_DEVICE, 0)).isEqualTo(DmaDevice.MAPPING_ERROR);
        assertThat(device.tryMap(buffer, TO_DEVICE, 0))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(DmaErrorCode.NO_FREE_RUN));
        assertThatThrownBy(() -> device.map(buffer, TO_DEVICE))
                .isInstanceOfSatisfying(
                        DmaMappingException.class,
                        e -> assertThat(e.refused().bytes()).isEqualTo(64))
                .hasMessage("DMA-2003 dev0: refused 64 bytes");
    }

    @Test
    void aMappingKnowsThatItBouncedAndEndsOnce() {
        ops.reason = BounceReason.ADDRESS_ABOVE_LIMIT;
        DmaDevice device = device();
        DmaMapping mapping = device.map(memory.segment(0x10000, 64), FROM_DEVICE);
        assertThat(mapping.bounceReason()).isEqualTo(BounceReason.ADDRESS_ABOVE_LIMIT);
        mapping.syncForCpu(16, 16);
        mapping.close();
        mapping.close();
        long dma = 0x10000 + RecordingOps.OFFSET;
        assertThat(ops.calls)
                .containsExactly("map 65536 64", "syncForCpu " + (dma + 16) + " 16", "unmap " + dma + " 64");
        assertThatThrownBy(mapping::syncForCpu)
                .isInstanceOf(DmaUsageException.class)
                .hasMessageStartingWith("DMA-3007 dev0: the mapping at dma=0x10010000 is closed.");
    }

    @Test
    void syncOutsideOfAMappingIsRejected() {
        try (DmaMapping mapping = device().map(memory.segment(0x10000, 64), FROM_DEVICE)) {
            assertThatThrownBy(() -> mapping.syncForDevice(60, 5))
                    .hasMessage("DMA-3006 dev0: cannot synchronise offset=60 bytes=5: the mapping has bytes=64."
                            + " Stay inside of it.");
            assertThatThrownBy(() -> mapping.syncForCpu(-1, 1)).isInstanceOf(DmaUsageException.class);
        }
    }

    @Test
    void syncIsSkippedWhileTheStateSaysSo() {
        DmaDevice device = device();
        assertThat(device.setStreamingMask(DmaMask.ALL)).isEqualTo(SetMaskOutcome.OK);
        device.syncForCpu(0x1000, 1, FROM_DEVICE);
        assertThat(device.needsSync(0x1000)).isFalse();
        state.skipSync(false);
        device.syncForCpu(0x1000, 1, FROM_DEVICE);
        assertThat(ops.calls).containsExactly("syncForCpu " + 0x1000 + " 1");
        assertThat(device.needsSync(0x1000)).isTrue();
    }

    @Test
    void withoutAStreamingMaskNothingIsMappedAndNothingSet() {
        ops.window = new DirectWindow(0, -1L >>> 1, 0, 0, 0);
        DmaDevice device = device();
        state.withoutStreamingMask();
        device.refreshWindow();
        assertThat(device.mapSingle(0x10000, 1, TO_DEVICE, 0)).isEqualTo(DmaDevice.MAPPING_ERROR);
        assertThat(device.mapResource(0x10000, 1, TO_DEVICE, 0)).isEqualTo(DmaDevice.MAPPING_ERROR);
        assertThat(device.mapScatter(new ScatterList().addPhysical(0x10000, 1), TO_DEVICE, 0))
                .isZero();
        assertThat(device.setStreamingMask(DmaMask.ALL)).isEqualTo(SetMaskOutcome.EIO);
        assertThat(ops.calls).isEmpty();
    }

    @Test
    void sizesAndOffsetsOutsideOfTheBufferAreRejected() {
        DmaDevice device = device();
        assertThatThrownBy(() -> device.mapSingle(memory.ram, 8, LinearRam.BYTES, TO_DEVICE, 0))
                .hasMessage("DMA-3008 dev0: cannot map offset=8 bytes=65536: the buffer has bytes=65536."
                        + " Stay inside of it.");
        assertThatThrownBy(() -> device.mapSingle(memory.ram, -1, 1, TO_DEVICE, 0))
                .isInstanceOf(DmaUsageException.class);
        assertThatThrownBy(() -> device.mapSingle(0x10000, -1, TO_DEVICE, 0)).isInstanceOf(DmaUsageException.class);
        assertThatThrownBy(() -> device.allocateCoherent(0)).isInstanceOf(DmaUsageException.class);
        assertThat(ops.calls).isEmpty();
    }

    @Test
    void resourceWithoutBackendSupportIsRefusedAndNeverReportedAsSuccess() {
        assertThat(device().mapResource(0x10000, 16, TO_DEVICE, 0)).isEqualTo(DmaDevice.MAPPING_ERROR);
    }

    @Test
    void scatterListRemembersItsRefusalAndCanBeMappedAgain() {
        DmaDevice device = device();
        ScatterList list = new ScatterList().addPhysical(0x10000, 16).add(memory.segment(0x12000, 32));
        ops.refuse = DmaErrorCode.POOL_EXHAUSTED;
        assertThat(device.mapScatter(list, TO_DEVICE, 0)).isZero();
        assertThat(list.refusal()).isNotNull();
        ops.refuse = null;
        assertThat(device.mapScatter(list, TO_DEVICE, 0)).isEqualTo(2);
        assertThat(list.refusal()).isNull();
        assertThat(list.dmaAddress(1)).isEqualTo(0x12000 + RecordingOps.OFFSET);
        assertThatThrownBy(() -> device.mapScatter(list, TO_DEVICE, 0))
                .hasMessage("DMA-3009 dev0: cannot map a scatter list with entries=2 that is mapped already."
                        + " Unmap it first.");
        assertThatThrownBy(list::clear).isInstanceOf(DmaUsageException.class);
        device.unmapScatter(list, TO_DEVICE, 0);
        assertThatThrownBy(() -> device.syncScatterForCpu(list, TO_DEVICE)).isInstanceOf(DmaUsageException.class);
    }

    @Test
    void zoneAndCompoundFlagsAreRefusedForPagesAndIgnoredForCoherentMemory() {
        DmaDevice device = device();
        assertThatThrownBy(() -> device.allocatePages(4096, TO_DEVICE, AllocationFlags.ZONE_DMA))
                .isInstanceOf(DmaMappingException.class);
        assertThat(device.tryAllocateCoherent(4096, 0, AllocationFlags.COMPOUND))
                .isInstanceOf(CoherentRefused.class);
        assertThat(device.tryAllocateCoherent(4096, 0, AllocationFlags.ZONE_DMA32))
                .isInstanceOf(CoherentBuffer.class);
    }
}
