package dev.dmaops.platform.arm;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.ForeignPageSource;
import dev.dmaops.spi.FrameValidity;
import dev.dmaops.spi.Hypervisor.Kind;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.SystemDescription;
import java.util.List;

/** What backends need to know in a Xen domain on Arm: where the pages of other domains are. */
final class XenHooks {
    private XenHooks() {}

    /** The table of foreign pages, following the machine's domain; nothing outside of Xen. */
    static List<Object> of(SystemDescription system, Machine machine, EventSink events) {
        if (system.hypervisor().kind() != Kind.XEN_ARM) {
            return List.of();
        }
        FrameValidity validity = machine.hook(FrameValidity.class)
                .orElse(pfn -> machine.memory().isRam(pfn << BusFrames.SHIFT, BusFrames.BYTES));
        ForeignTable table = new ForeignTable(validity, events);
        machine.hook(ForeignPageSource.class).ifPresent(source -> source.follow(table));
        return List.of(table);
    }
}
