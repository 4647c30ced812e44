package dev.dmaops.trace.setup;

import dev.dmaops.firmware.cmdline.SwiotlbParameters;
import dev.dmaops.trace.event.Bounce;
import dev.dmaops.trace.event.DeviceNames;
import dev.dmaops.trace.event.EventReader;
import dev.dmaops.trace.event.Operation;
import dev.dmaops.trace.event.OperationSink;
import dev.dmaops.trace.event.TraceFile;
import dev.dmaops.trace.event.TracePlayer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A first look at a trace that comes without facts: what its addresses give away. A device that keeps low address bits shows the same
 * ones in the original and in the bounce buffer; one that keeps none shows others sooner or later, because slots are handed out in
 * turn. Bits that are zero in every original say nothing.
 */
final class Survey implements OperationSink {
    private static final long PAGE_BYTES = 4096;

    /** No mask of a driver keeps more. */
    private static final long LARGEST_MASK = 0xffff;

    private final DeviceNames names = new DeviceNames();
    private final List<Bits> bits = new ArrayList<>();
    private long lowest = Long.MAX_VALUE;
    private long highest = -1;
    private int processors = 1;

    /** What the mappings of one device showed. */
    private static final class Bits {
        private long differ;
        private long set;
        private int samples;
        private int telling;

        void add(long original, long dma) {
            differ |= original ^ dma;
            set |= original;
            samples++;
            telling += (original & (PAGE_BYTES - 1)) != 0 ? 1 : 0;
        }

        long mask() {
            long equal = differ == 0 ? LARGEST_MASK : Long.lowestOneBit(differ) - 1;
            long shown = set & equal & LARGEST_MASK;
            return shown == 0 ? 0 : (Long.highestOneBit(shown) << 1) - 1;
        }
    }

    static Survey of(TraceFile file) {
        Survey survey = new Survey();
        try (EventReader reader = new EventReader(file, survey.names)) {
            new TracePlayer(survey).play(reader);
            survey.processors = reader.processors();
        }
        return survey;
    }

    @Override
    public void bounced(Bounce bounce) {
        while (bits.size() <= bounce.device) {
            bits.add(new Bits());
        }
        if (isPoolAddress(bounce)) {
            bits.get(bounce.device).add(bounce.original, bounce.dma());
            lowest = Math.min(lowest, bounce.dma());
            highest = Math.max(highest, bounce.dma() + bounce.bytes);
        }
    }

    /** A line that was damaged can show any address; a pool lies in memory. */
    private static boolean isPoolAddress(Bounce bounce) {
        long dma = bounce.dma();
        return dma >= 0 && dma < PoolFacts.MEMORY_END && bounce.bytes <= PoolFacts.MEMORY_END - dma;
    }

    @Override
    public void mapped(Operation operation) {}

    @Override
    public void unmapped(Operation operation, long nanos) {}

    @Override
    public void unmatched(boolean afterLoss) {}

    /** The default pool, larger when the addresses that were seen lie further apart. */
    PoolFacts pool() {
        long start = highest < 0 ? 0 : lowest & -PAGE_BYTES;
        long span = highest < 0 ? 0 : Math.ceilDiv(highest - start, (long) SwiotlbParameters.SLOT_BYTES);
        SwiotlbParameters parameters = SwiotlbParameters.defaults().withDefaultAreas(processors);
        long slots = parameters.slots();
        while (slots < span && slots < PoolFacts.LARGEST_SLOTS) {
            slots *= 2;
        }
        String seen = highest < 0
                ? "no address of a bounce was seen"
                : "addresses of bounces span " + span + " slots from " + "0x" + Long.toHexString(start) + " on";
        return new PoolFacts(
                (int) slots,
                (int) parameters.areas(),
                start,
                false,
                processors,
                "inferred: Linux's default for " + processors + " processors; " + seen);
    }

    Map<String, DeviceFacts> devices() {
        Map<String, DeviceFacts> devices = new LinkedHashMap<>();
        for (int i = 0; i < bits.size(); i++) {
            Bits seen = bits.get(i);
            devices.put(
                    names.name(i),
                    DeviceFacts.PLAIN.withMinAlignMask(
                            seen.mask(),
                            "inferred from " + seen.samples + " bounces, " + seen.telling
                                    + " of them not page aligned"));
        }
        return devices;
    }
}
