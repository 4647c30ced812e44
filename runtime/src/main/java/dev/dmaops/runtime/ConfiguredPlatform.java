package dev.dmaops.runtime;

import com.google.inject.Guice;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import dev.dmaops.api.DmaException;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.description.PlatformDescription;

/** Opens platforms that are configured in code, where {@link DmaPlatform#open} reads a file. Any thread may call. */
public final class ConfiguredPlatform {
    private ConfiguredPlatform() {}

    /**
     * Opens what a configuration built in code describes. The caller closes it.
     *
     * @throws dev.dmaops.api.DmaConfigurationException with every mistake in it and in the files it names; nothing stays open
     */
    public static DmaPlatform open(PlatformConfiguration configuration) {
        return open(PlatformDescription.of(configuration));
    }

    static DmaPlatform open(PlatformDescription description) {
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
