package dev.dmaops.trace;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of a replay.
 *
 * @param trace name of the trace
 * @param events events of all kinds
 * @param seconds from the first to the last DMA event
 * @param processors processors that the trace names
 * @param slots slots of 2048 bytes of the pool; 0 for none
 * @param areas areas that they are divided into
 * @param forced whether everything bounced when the trace was made
 * @param poolOrigin where these numbers came from
 * @param highWaterSlots most slots in use at once
 * @param kernelHighWaterSlots the same as the kernel counted it, when that was taken down
 * @param calls calls that map something
 * @param maps buffers mapped, those of scatter lists counted one by one
 * @param bounced buffers that took slots
 * @param failures calls that the pool refused
 * @param firstFailure the first of them
 * @param refusedInTrace calls that were refused when the trace was made
 * @param unmatchedAtStart unmaps of what was mapped before the trace began
 * @param unmatchedAfterLoss unmaps without a map after events were lost
 * @param lostEvents events lost, as far as the trace says how many
 * @param lossPlaces places in the trace where events were lost
 * @param unseenUnmaps mappings whose address was given out again though no unmap was seen
 * @param cutAtEnd whether the last line is cut short
 * @param unknownEvents events of the dma system that are not known here, with their number
 * @param addressesCompared bounce addresses that the trace shows and that must be ours as well
 * @param addressesEqual those of them that are
 * @param smallestSlots the smallest pool that Linux can make that refuses nothing; empty when there is none
 * @param bootArgument what makes it
 * @param sizesTried all sizes that were tried, smallest first
 * @param devices what each device did
 * @param runLengths how many mappings took so many slots
 * @param timeline slots in use over time
 * @param live bounced mappings that were still there at the end, suspected leaks first
 */
public record ReplayReport(
        String trace,
        long events,
        double seconds,
        int processors,
        int slots,
        int areas,
        boolean forced,
        String poolOrigin,
        int highWaterSlots,
        Optional<Integer> kernelHighWaterSlots,
        long calls,
        long maps,
        long bounced,
        long failures,
        Optional<FirstFailure> firstFailure,
        long refusedInTrace,
        long unmatchedAtStart,
        long unmatchedAfterLoss,
        long lostEvents,
        long lossPlaces,
        long unseenUnmaps,
        boolean cutAtEnd,
        Map<String, Integer> unknownEvents,
        long addressesCompared,
        long addressesEqual,
        Optional<Integer> smallestSlots,
        Optional<String> bootArgument,
        List<SizeTried> sizesTried,
        List<DeviceShare> devices,
        List<RunLength> runLengths,
        List<UsedSlots> timeline,
        List<LiveGroup> live) {
    /** Copies the collections. */
    public ReplayReport {
        unknownEvents = Map.copyOf(unknownEvents);
        sizesTried = List.copyOf(sizesTried);
        devices = List.copyOf(devices);
        runLengths = List.copyOf(runLengths);
        timeline = List.copyOf(timeline);
        live = List.copyOf(live);
    }

    /** Whether nothing was refused and nothing looks like a leak. */
    public boolean isClean() {
        return failures == 0 && live.stream().noneMatch(LiveGroup::suspect);
    }
}
