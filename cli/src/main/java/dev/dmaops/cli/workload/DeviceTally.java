package dev.dmaops.cli.workload;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaErrorCode;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts for one device, in the making. */
final class DeviceTally {
    final Map<BounceReason, Long> bounced = new EnumMap<>(BounceReason.class);
    final Map<DmaErrorCode, Long> refused = new EnumMap<>(DmaErrorCode.class);
    private final Map<String, Detection> detections = new LinkedHashMap<>();
    long maps;
    long translated;
    long direct;
    long bytes;
    long bouncedBytes;
    long foreignMaps;
    long grantCopies;
    long grantCopiedBytes;
    long mismatchedBytes;
    /** Accesses that led nowhere and should not have. */
    long faults;
    /** Accesses that led nowhere, as they should. */
    long expectedFaults;

    /** Why its driver could not start; empty when it could. */
    String notDriven = "";

    long nanos;
    int poolHighWaterSlots;

    void mapped(long physical, long dma, long length, @Nullable BounceReason reason) {
        maps++;
        bytes += length;
        if (reason != null) {
            bounced.merge(reason, 1L, Long::sum);
            bouncedBytes += length;
        } else if (dma != physical) {
            translated++;
        } else {
            direct++;
        }
    }

    void refused(DmaErrorCode code) {
        refused.merge(code, 1L, Long::sum);
    }

    /** Something that had to happen did, or did not. */
    void detected(String what, boolean happened) {
        detections.put(
                what, detections.getOrDefault(what, new Detection(what, 0, 0)).and(happened));
    }

    List<Detection> detections() {
        return List.copyOf(detections.values());
    }
}
