package dev.dmaops.platform.x86;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.ForeignPageSource;
import dev.dmaops.spi.FrameValidity;
import dev.dmaops.spi.Hypervisor.Kind;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.PvMemoryCalls;
import dev.dmaops.spi.SystemDescription;
import java.util.List;
import java.util.Optional;

/** What backends need to know in a PV domain: machine frames, and how to get contiguous ones. */
final class XenHooks {
    private XenHooks() {}

    /** The frames and the exchange of a PV domain; nothing elsewhere: other domains cannot exchange memory. */
    static List<Object> of(SystemDescription system, Machine machine, EventSink events) {
        Optional<PvMemoryCalls> calls = machine.hook(PvMemoryCalls.class);
        if (system.hypervisor().kind() != Kind.XEN_PV || calls.isEmpty()) {
            return List.of();
        }
        FrameValidity validity = machine.hook(FrameValidity.class)
                .orElse(pfn -> machine.memory().isRam(pfn << BusFrames.SHIFT, BusFrames.BYTES));
        PvFrames frames = new PvFrames(calls.get(), validity, events);
        machine.hook(ForeignPageSource.class).ifPresent(source -> source.follow(frames));
        PvContiguity contiguity = new PvContiguity(
                calls.get(), frames, machine.memory(), system.kernel().value());
        return List.of(frames, contiguity);
    }
}
