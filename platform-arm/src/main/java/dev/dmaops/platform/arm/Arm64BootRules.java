package dev.dmaops.platform.arm;

import static dev.dmaops.selection.SystemFacts.ENCRYPTION;
import static dev.dmaops.selection.SystemFacts.FIRMWARE_DMA_LIMIT;
import static dev.dmaops.selection.SystemFacts.LOW_LIMIT;
import static dev.dmaops.selection.SystemFacts.POOL_FORCE_FLAG;
import static dev.dmaops.selection.SystemFacts.POOL_SIZING;
import static dev.dmaops.selection.SystemFacts.POOL_WANTED;
import static dev.dmaops.selection.SystemFacts.RAM_ABOVE_LIMIT_GIVEN;
import static dev.dmaops.selection.SystemFacts.RAM_BYTES;
import static dev.dmaops.selection.SystemFacts.RAM_FIRST;
import static dev.dmaops.selection.SystemFacts.RAM_LAST;
import static dev.dmaops.selection.SystemFacts.ZONE_DMA;
import static dev.dmaops.selection.SystemFacts.ZONE_DMA_LIMIT;

import dev.dmaops.api.DmaMask;
import dev.dmaops.firmware.cmdline.SwiotlbParameters;
import dev.dmaops.selection.Facts;
import dev.dmaops.selection.Rule;
import dev.dmaops.selection.RuleTable;
import dev.dmaops.selection.Saying;
import dev.dmaops.spi.MemoryEncryption;

/** What arm64 decides about zones and the bounce pool while it boots (arch/arm64/mm/init.c). */
final class Arm64BootRules {
    private static final String ZONES_SOURCE = "arch/arm64/mm/init.c zone_sizes_init";
    private static final String MEM_INIT = "arch/arm64/mm/init.c mem_init";
    private static final long MASK_32 = 0xffff_ffffL;
    private static final long RAM_PER_POOL_BYTE = 1024;

    /** How far the DMA zone goes. */
    static final RuleTable ZONES = RuleTable.first(
            "How far does the DMA zone go?",
            Rule.named("arm64.zone.none", ZONES_SOURCE)
                    .when(facts -> !facts.config("ZONE_DMA"))
                    .because(
                            "The kernel is built without a DMA zone, so the pool has to lie where the DMA32 zone is, or"
                                    + " anywhere without that.")
                    .then(facts -> {
                        facts.set(LOW_LIMIT, endOfRam(facts, facts.config("ZONE_DMA32") ? MASK_32 : -1L));
                        return "no DMA zone";
                    }),
            Rule.named("arm64.zone.bits", ZONES_SOURCE)
                    .until(6, 11)
                    .because(
                            "Up to 6.11 the DMA zone is a number of address bits: 32, or fewer if a bus in the firmware"
                                    + " description reaches less; where RAM starts above that, the zone is widened to reach RAM.")
                    .then(Arm64BootRules::zoneByBits),
            Rule.named("arm64.zone.limit", ZONES_SOURCE)
                    .since(6, 12)
                    .because(
                            "The DMA zone ends where the narrowest bus of the firmware description ends, and below 4 GiB if"
                                    + " there is RAM below 4 GiB.")
                    .then(Arm64BootRules::zoneByLimit));

    /** Who wants a bounce pool. */
    static final RuleTable POOL = RuleTable.every(
            "Does this system need a bounce pool?",
            Rule.named("arm64.pool.beyond-zone", MEM_INIT)
                    .when(Arm64BootRules::ramAboveLimit)
                    .because("There is RAM beyond the DMA zone, where narrow devices do not reach.")
                    .then(POOL_WANTED, true, "a pool is wanted"),
            Rule.named("arm64.pool.realm", MEM_INIT)
                    .since(6, 13)
                    .when(facts -> facts.get(ENCRYPTION) == MemoryEncryption.CCA)
                    .because(
                            "The kernel runs in a realm: its memory is hidden from the host, so every transfer goes through a"
                                    + " shared pool.")
                    .then(facts -> {
                        facts.set(POOL_WANTED, true);
                        facts.set(POOL_FORCE_FLAG, true);
                        return "a pool is wanted and forced";
                    }),
            Rule.named("arm64.pool.kmalloc", MEM_INIT)
                    .since(6, 5)
                    .when(facts -> !facts.is(POOL_WANTED) && facts.config("DMA_BOUNCE_UNALIGNED_KMALLOC"))
                    .because(
                            "All RAM is within the DMA zone, so the pool only serves small kmalloc buffers of devices that do"
                                    + " not snoop: 1 MiB for each GiB of RAM, unless the user chose a size.")
                    .then(facts -> {
                        facts.set(POOL_WANTED, true);
                        SwiotlbParameters size = facts.get(POOL_SIZING);
                        long ram = facts.get(RAM_BYTES);
                        if (ram != 0) {
                            long share = (ram + RAM_PER_POOL_BYTE - 1) / RAM_PER_POOL_BYTE;
                            long most = size.slots() * SwiotlbParameters.SLOT_BYTES;
                            facts.set(POOL_SIZING, size.adjustSize(Math.min(most, share)));
                        }
                        return "a small pool is wanted";
                    }));

    private Arm64BootRules() {}

    private static String zoneByLimit(Facts facts) {
        long limit = facts.get(FIRMWARE_DMA_LIMIT);
        if (Long.compareUnsigned(facts.get(RAM_FIRST), MASK_32) < 0) {
            limit = unsignedMin(limit, MASK_32);
        }
        return zone(facts, limit);
    }

    private static String zoneByBits(Facts facts) {
        int bits = Math.min(32, 64 - Long.numberOfLeadingZeros(facts.get(FIRMWARE_DMA_LIMIT)));
        long limit = DmaMask.ofBits(bits).value();
        long first = facts.get(RAM_FIRST);
        if (Long.compareUnsigned(first, MASK_32) > 0) {
            limit = -1L;
        } else if (Long.compareUnsigned(first, limit) > 0) {
            limit = MASK_32;
        }
        return zone(facts, limit);
    }

    private static String zone(Facts facts, long limit) {
        facts.set(ZONE_DMA, true);
        facts.set(ZONE_DMA_LIMIT, limit);
        facts.set(LOW_LIMIT, endOfRam(facts, limit));
        return "DMA zone up to 0x" + Long.toHexString(limit);
    }

    /** arm64_dma_phys_limit, as the last byte: RAM ends the zone even where the zone could go on. */
    private static long endOfRam(Facts facts, long limit) {
        return facts.get(RAM_BYTES) == 0 ? limit : unsignedMin(limit, facts.get(RAM_LAST));
    }

    static boolean ramAboveLimit(Facts facts) {
        Saying given = facts.get(RAM_ABOVE_LIMIT_GIVEN);
        if (given != Saying.UNSAID) {
            return given == Saying.YES;
        }
        return facts.get(RAM_BYTES) != 0 && Long.compareUnsigned(facts.get(RAM_LAST), facts.get(LOW_LIMIT)) > 0;
    }

    private static long unsignedMin(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? a : b;
    }
}
