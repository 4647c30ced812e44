package dev.dmaops.backend.direct;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaRange;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DmaDeviceState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Devices with the limits that a test is about. */
final class TestDevices {
    static final long GIB = 1L << 30;
    static final long MASK_32 = 0xffff_ffffL;

    /** A bus that sees the first GiB at 3 GiB. */
    static final DmaRangeMap SOC = DmaRangeMap.of(List.of(new DmaRange(0, 0xc000_0000L, GIB)));

    private TestDevices() {}

    static DmaDeviceState state(long mask, long busLimit, DmaRangeMap ranges, boolean coherent) {
        return new DmaDeviceState(
                new DeviceLimits(mask, mask, busLimit, ranges, coherent, DmaConstraints.DEFAULT), "net", false);
    }

    static DmaDevice device(DirectContext context, DmaDeviceState state, @Nullable BouncePool pool) {
        BackendChoice choice = new BackendChoice(
                "net",
                "direct",
                BounceMode.ERROR_IF_NEEDED,
                PoolKind.NONE,
                IommuDomainType.NONE,
                SetMaskOutcome.OK,
                List.of());
        return new DmaDevice(
                state,
                new DirectBackend().open(context).bind(state, choice, pool),
                choice,
                context.machine.memory(),
                context.machine.pages().pageBytes());
    }
}
