package dev.dmaops.runtime;

import com.google.auto.service.AutoService;
import com.google.inject.Guice;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import dev.dmaops.api.DmaException;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.PlatformAssembler;
import java.nio.file.Path;

/** Opens platforms from a configuration, read from a file or built in code. Any thread may call. */
@AutoService(PlatformAssembler.class)
public final class RuntimeAssembler implements PlatformAssembler {
    /** For {@link java.util.ServiceLoader}. */
    public RuntimeAssembler() {}

    @Override
    public DmaPlatform assemble(Path configuration) {
        return open(PlatformDescription.read(configuration));
    }

    /**
     * Opens what a configuration built in code describes.
     *
     * @throws dev.dmaops.api.DmaConfigurationException with every mistake in the files it names; nothing stays open
     */
    public static DmaPlatform open(PlatformConfiguration configuration) {
        return open(PlatformDescription.of(configuration));
    }

    private static DmaPlatform open(PlatformDescription description) {
        try {
            return Guice.createInjector(Stage.DEVELOPMENT, DmaModule.withoutNames(description))
                    .getInstance(DmaPlatform.class);
        } catch (ProvisionException e) {
            if (e.getCause() instanceof DmaException ours) {
                throw ours;
            }
            throw e;
        }
    }
}
