package dev.dmaops.cli.workload;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaErrorCode;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What came of driving one device.
 *
 * @param choice the device's backend, and why
 * @param notDriven why its driver could not start; empty when it could
 * @param maps buffers that were mapped; of scatter lists each DMA segment
 * @param translated maps that used the buffer itself, under another address than its physical one
 * @param direct maps that used the buffer itself under its physical address
 * @param bounced maps that used a copy, by reason
 * @param bouncedBytes bytes of those maps
 * @param refused maps that were refused, by code
 * @param bytes bytes mapped
 * @param foreignMaps pages of other domains that were mapped for it
 * @param grantCopies copies that Xen made between domains for it
 * @param grantCopiedBytes bytes of those copies
 * @param mismatchedBytes bytes that were not what the other side had written, or changed although nobody had business there
 * @param faults accesses of the device that led nowhere, without those that had to
 * @param detections what had to happen where rules were broken on purpose
 * @param poolHighWaterSlots most slots of its pool in use at once while it was driven
 * @param nanos time it took, in nanoseconds
 */
public record DeviceReport(
        BackendChoice choice,
        String notDriven,
        long maps,
        long translated,
        long direct,
        Map<BounceReason, Long> bounced,
        long bouncedBytes,
        Map<DmaErrorCode, Long> refused,
        long bytes,
        long foreignMaps,
        long grantCopies,
        long grantCopiedBytes,
        long mismatchedBytes,
        long faults,
        List<Detection> detections,
        int poolHighWaterSlots,
        long nanos) {
    /** Copies the maps. */
    public DeviceReport {
        bounced = bounced.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(bounced));
        detections = List.copyOf(detections);
        refused = refused.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(refused));
    }

    static DeviceReport of(BackendChoice choice, DeviceTally tally) {
        return new DeviceReport(
                choice,
                tally.notDriven,
                tally.maps,
                tally.translated,
                tally.direct,
                tally.bounced,
                tally.bouncedBytes,
                tally.refused,
                tally.bytes,
                tally.foreignMaps,
                tally.grantCopies,
                tally.grantCopiedBytes,
                tally.mismatchedBytes,
                tally.faults,
                tally.detections(),
                tally.poolHighWaterSlots,
                tally.nanos);
    }

    /** Maps that used a copy. */
    public long bouncedTotal() {
        return bounced.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Whether every byte was right, no access led nowhere, and everything happened that had to. */
    public boolean isClean() {
        return mismatchedBytes == 0 && faults == 0 && detections.stream().allMatch(one -> one.missed() == 0);
    }

    /** Bytes mapped for each second that it took. */
    public long bytesPerSecond() {
        return perSecond(bytes);
    }

    /** A count for each second that it took. */
    public long perSecond(long count) {
        return nanos == 0 ? 0 : (long) (count * 1e9 / nanos);
    }
}
