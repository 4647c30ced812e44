package dev.dmaops.backend.direct;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.spi.BackendContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The coherent regions of a platform's devices, by device. */
final class CoherentRegions {
    private final Map<String, CoherentRegion> byDevice = new HashMap<>();

    CoherentRegions(BackendContext context) {
        long pageBytes = context.pages().pageBytes();
        context.hook(DeclaredCoherentMemory.class)
                .ifPresent(declared -> declared.regions().forEach(region -> {
                    String where = "coherent memory of " + region.device();
                    if (byDevice.containsKey(region.device())) {
                        throw new DmaConfigurationException(
                                DmaErrorCode.BAD_MACHINE,
                                where,
                                "declared twice: expected one region. Remove the second.");
                    }
                    if (region.bytes() < pageBytes
                            || region.bytes() % pageBytes != 0
                            || region.physical() % pageBytes != 0
                            || !context.memory().isRam(region.physical(), region.bytes())) {
                        throw new DmaConfigurationException(
                                DmaErrorCode.BAD_MACHINE,
                                where,
                                String.format(
                                        "found 0x%x with %d bytes: expected whole pages of %d bytes that are RAM. Correct the region.",
                                        region.physical(), region.bytes(), pageBytes));
                    }
                    byDevice.put(
                            region.device(),
                            new CoherentRegion(region.physical(), region.bytes(), region.dma(), pageBytes));
                }));
    }

    Optional<CoherentRegion> of(String device) {
        return Optional.ofNullable(byDevice.get(device));
    }
}
