package dev.dmaops.backend.swiotlb;

import com.google.auto.service.AutoService;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.PoolKind;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PoolFixup;
import dev.dmaops.spi.PoolPlan;
import dev.dmaops.spi.Zone;
import org.jspecify.annotations.Nullable;

/** Makes bounce pools: at boot, after boot, and over the region of a restricted-dma-pool. */
@AutoService(BouncePoolProvider.class)
public final class SwiotlbPools implements BouncePoolProvider {
    /** For {@link java.util.ServiceLoader}. */
    public SwiotlbPools() {}

    @Override
    public String artifact() {
        return SwiotlbBackend.ARTIFACT;
    }

    @Override
    public @Nullable BouncePool create(PoolPlan plan, BackendContext context, @Nullable PoolFixup fixup) {
        return switch (plan.kind()) {
            case NONE -> null;
            case DEFAULT, DEFAULT_XEN_REMAPPED -> atBoot(plan, context, fixup);
            case DEFAULT_LATE, DEFAULT_LATE_XEN_REMAPPED -> late(plan, context, fixup);
            case RESTRICTED -> restricted(plan, context);
        };
    }

    /** swiotlb_init_remap: halved until it fits, 512 slots at least. */
    private static @Nullable BouncePool atBoot(PoolPlan plan, BackendContext context, @Nullable PoolFixup fixup) {
        PageAllocator pages = context.pages();
        int slots = plan.slots();
        while (slots > 0) {
            long bytes = roundUp((long) slots * SlotGeometry.SLOT_BYTES, pages.pageBytes());
            long start = pages.reserveAtBoot(bytes, plan.limit());
            if (start != PageAllocator.NO_PAGES) {
                if (fixup == null || fixup.prepare(start, slots)) {
                    logSize(plan, context, slots);
                    return pool(plan, context, start, slots, () -> pages.releaseAtBoot(start, bytes));
                }
                pages.releaseAtBoot(start, bytes);
            }
            if (slots <= SlotGeometry.FEWEST_SLOTS) {
                break;
            }
            slots = (int) roundUp(slots / 2, SlotGeometry.SET_SLOTS);
        }
        logNone(plan, context);
        return null;
    }

    /** swiotlb_init_late: a power of two of pages from the page allocator, smaller orders when there is no such block. */
    private static @Nullable BouncePool late(PoolPlan plan, BackendContext context, @Nullable PoolFixup fixup) {
        PageAllocator pages = context.pages();
        long slotsPerPage = pages.pageBytes() / SlotGeometry.SLOT_BYTES;
        Zone zone = zone(plan.limit(), pages);
        long slots = roundUp(plan.slots(), SlotGeometry.SET_SLOTS);
        while (slots > 0) {
            int order = order(slots * SlotGeometry.SLOT_BYTES, pages.pageBytes());
            long start = PageAllocator.NO_PAGES;
            while ((slotsPerPage << order) > SlotGeometry.FEWEST_SLOTS) {
                start = order > pages.maxOrder() ? PageAllocator.NO_PAGES : pages.allocate(order, zone);
                if (start != PageAllocator.NO_PAGES) {
                    break;
                }
                order--;
            }
            if (start == PageAllocator.NO_PAGES) {
                break;
            }
            slots = slotsPerPage << order;
            if (fixup == null || fixup.prepare(start, (int) slots)) {
                logSize(plan, context, (int) slots);
                long at = start;
                int taken = order;
                return pool(plan, context, start, (int) slots, () -> pages.free(at, taken));
            }
            pages.free(start, order);
            slots = roundUp(slots / 2, SlotGeometry.SET_SLOTS);
            if (slots < SlotGeometry.FEWEST_SLOTS) {
                break;
            }
        }
        logNone(plan, context);
        return null;
    }

    private static BouncePool restricted(PoolPlan plan, BackendContext context) {
        long slots = plan.regionBytes() / SlotGeometry.SLOT_BYTES;
        if (slots < 1 || slots > Integer.MAX_VALUE / SlotGeometry.SET_SLOTS) {
            throw notCreated(plan, "expected at least 2048 bytes, found " + plan.regionBytes());
        }
        if ((plan.regionPhysical() & (context.pages().pageBytes() - 1)) != 0) {
            throw notCreated(plan, "its start is not page aligned");
        }
        if (!context.memory().isRam(plan.regionPhysical(), slots * SlotGeometry.SLOT_BYTES)) {
            throw notCreated(plan, "not all of it is RAM of this machine");
        }
        SlotGeometry geometry = new SlotGeometry(plan.regionPhysical(), (int) slots, 1);
        context.events()
                .log(
                        "swiotlb",
                        String.format(
                                "Reserved memory: created restricted DMA pool at 0x%016x, size %d MiB",
                                plan.regionPhysical(), plan.regionBytes() >> 20));
        return make(plan, context, geometry, true, () -> {});
    }

    private static DmaConfigurationException notCreated(PoolPlan plan, String why) {
        return new DmaConfigurationException(
                DmaErrorCode.POOL_NOT_CREATED,
                "restricted pool " + plan.name(),
                String.format("cannot use the region at 0x%x of %d bytes: ", plan.regionPhysical(), plan.regionBytes())
                        + why + ". Correct the reserved-memory node.");
    }

    private static BouncePool pool(PoolPlan plan, BackendContext context, long start, int slots, Runnable release) {
        int areas = SlotGeometry.limitAreas(Math.max(1, plan.areas()), slots);
        return make(plan, context, new SlotGeometry(start, slots, areas), plan.forced(), release);
    }

    private static BouncePool make(
            PoolPlan plan, BackendContext context, SlotGeometry geometry, boolean forced, Runnable release) {
        context.memory().zero(geometry.start(), geometry.bytes());
        return new SlotPool(
                plan.name(),
                geometry,
                forced,
                plan.kind() == PoolKind.RESTRICTED,
                context.policy().zeroSlotPadding(),
                context.pages().pageBytes(),
                context.memory(),
                context.cpus(),
                context.events(),
                release);
    }

    private static void logSize(PoolPlan plan, BackendContext context, int slots) {
        if (slots != plan.slots()) {
            context.events()
                    .log("swiotlb", "pool " + plan.name() + ": asked for " + plan.slots() + " slots, made " + slots);
        }
    }

    private static void logNone(PoolPlan plan, BackendContext context) {
        context.events()
                .log(
                        "swiotlb",
                        "pool " + plan.name() + ": no room for " + plan.slots() + " slots or any smaller number from "
                                + SlotGeometry.FEWEST_SLOTS + " on; buffers out of reach will be refused");
    }

    private static Zone zone(long limit, PageAllocator pages) {
        if (Long.compareUnsigned(limit, pages.zoneDmaLimit()) <= 0) {
            return Zone.DMA;
        }
        return Long.compareUnsigned(limit, 0xffff_ffffL) <= 0 ? Zone.DMA32 : Zone.NORMAL;
    }

    private static int order(long bytes, long pageBytes) {
        long pages = (bytes + pageBytes - 1) / pageBytes;
        return pages <= 1 ? 0 : 64 - Long.numberOfLeadingZeros(pages - 1);
    }

    private static long roundUp(long value, long multiple) {
        return (value + multiple - 1) / multiple * multiple;
    }
}
