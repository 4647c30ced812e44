package dev.dmaops.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaMapping;
import dev.dmaops.api.DmaMask;
import dev.dmaops.api.Mapped;
import dev.dmaops.api.Refused;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.testkit.DeviceBench;
import dev.dmaops.testkit.DeviceBench.Place;
import dev.dmaops.testkit.TestWorld;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Masks, sizes and exhaustion: a limit is kept or refused with its number, never ignored. */
public interface LimitContract extends BackendContract {
    /** After a driver states a narrower mask, no mapping is above it. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void addressesStayWithinANarrowerMask(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            int lines = bench.engine().device().addressBits();
            for (int bits = Math.min(lines, 40); bits >= 24; bits -= 4) {
                if (bench.device().setMasks(DmaMask.ofBits(bits)) == SetMaskOutcome.EIO) {
                    continue;
                }
                for (Place place : Place.values()) {
                    MemorySegment buffer = bench.filled(6000, place, bits);
                    switch (bench.device().tryMap(buffer, DmaDirection.TO_DEVICE, DmaAttributes.NONE)) {
                        case Refused refused -> requireProperRefusal(bench, refused);
                        case Mapped(DmaMapping mapping) -> {
                            requireReachable(bench, mapping.dmaAddress().value(), 6000);
                            requireDeviceReads(bench, mapping.dmaAddress().value(), buffer);
                            mapping.close();
                        }
                    }
                }
            }
        }
    }

    /** A mask that the platform cannot work with changes nothing. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void unsupportedMaskChangesNothing(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            DmaDevice device = bench.device();
            DmaMask streaming = device.streamingMask();
            DmaMask coherent = device.coherentMask();
            for (int bits = 0; bits < 24; bits += 4) {
                DmaMask mask = DmaMask.ofBits(bits);
                if (!device.supports(mask)) {
                    assertThat(device.setStreamingMask(mask)).isEqualTo(SetMaskOutcome.EIO);
                    assertThat(device.setCoherentMask(mask)).isEqualTo(SetMaskOutcome.EIO);
                    assertThat(device.streamingMask()).isEqualTo(streaming);
                    assertThat(device.coherentMask()).isEqualTo(coherent);
                }
            }
            assertThat(device.supports(DmaMask.ALL)).isTrue();
            assertThat(device.requiredMask().value()).isNotZero();
        }
    }

    /** The longest mapping that a backend promises works; one byte more is refused when it would need help. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void longestMappingIsKept(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            long most = bench.device().maxMappingBytes();
            assertThat(most).isPositive();
            assertThat(bench.device().optimalMappingBytes()).isPositive().isLessThanOrEqualTo(most);
            long tried = Math.min(most, 1 << 20);
            for (Place place : Place.values()) {
                MemorySegment buffer = bench.filled(tried + 1, place, 2);
                DmaMapping longest = map(bench, buffer.asSlice(0, tried), DmaDirection.BIDIRECTIONAL);
                if (longest != null) {
                    requireDeviceReads(bench, longest.dmaAddress().value(), buffer.asSlice(0, tried));
                    longest.close();
                }
                DmaMapping longer = map(bench, buffer, DmaDirection.BIDIRECTIONAL);
                if (longer != null) {
                    requireDeviceReads(bench, longer.dmaAddress().value(), buffer);
                    longer.close();
                }
            }
        }
    }

    /** A pool that runs out refuses with a code, disturbs nobody, and works again when something comes back. */
    @ParameterizedTest
    @MethodSource("worlds")
    default void exhaustionIsRefusedAndPasses(TestWorld world) {
        try (DeviceBench bench = open(world)) {
            List<DmaMapping> live = new ArrayList<>();
            List<MemorySegment> buffers = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                buffers.add(bench.filled(100_000, Place.HIGH, i));
            }
            DeviceBench.Held start = bench.held();
            boolean refused = false;
            for (MemorySegment buffer : buffers) {
                switch (bench.device().tryMap(buffer, DmaDirection.BIDIRECTIONAL, DmaAttributes.NONE)) {
                    case Mapped(DmaMapping mapping) -> live.add(mapping);
                    case Refused refusal -> {
                        refused = true;
                        requireProperRefusal(bench, refusal);
                    }
                }
            }
            for (int i = 0; i < live.size(); i++) {
                requireDeviceReads(bench, live.get(i).dmaAddress().value(), buffers.get(i));
            }
            if (refused && !live.isEmpty()) {
                live.removeLast().close();
                DmaMapping again = bench.device().map(buffers.getLast(), DmaDirection.BIDIRECTIONAL);
                requireDeviceReads(bench, again.dmaAddress().value(), buffers.getLast());
                again.close();
            }
            live.forEach(DmaMapping::close);
            assertThat(bench.held()).isEqualTo(start);
        }
    }
}
