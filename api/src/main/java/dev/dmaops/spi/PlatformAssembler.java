package dev.dmaops.spi;

import dev.dmaops.api.DmaPlatform;
import java.nio.file.Path;

/** Builds a platform from a configuration. Found with {@link java.util.ServiceLoader}; {@code dmaops-runtime} provides it. */
public interface PlatformAssembler {
    /**
     * Opens what the file describes.
     *
     * @throws dev.dmaops.api.DmaConfigurationException with every mistake; nothing stays open
     */
    DmaPlatform assemble(Path configuration);
}
