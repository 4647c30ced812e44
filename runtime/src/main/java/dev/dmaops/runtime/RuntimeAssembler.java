package dev.dmaops.runtime;

import com.google.auto.service.AutoService;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.PlatformAssembler;
import java.nio.file.Path;

/** Opens platforms from a configuration file. Any thread may call. */
@AutoService(PlatformAssembler.class)
public final class RuntimeAssembler implements PlatformAssembler {
    /** For {@link java.util.ServiceLoader}. */
    public RuntimeAssembler() {}

    @Override
    public DmaPlatform assemble(Path configuration) {
        return ConfiguredPlatform.open(PlatformDescription.read(configuration));
    }
}
