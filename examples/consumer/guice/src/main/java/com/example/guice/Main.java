package com.example.guice;

import com.example.driver.NetworkCard;
import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Provides;
import com.google.inject.name.Named;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.runtime.DmaModule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The same with Guice: the device is injected by its id. */
public final class Main {
    private Main() {}

    /**
     * Sends one frame.
     *
     * @param arguments the configuration file
     */
    public static void main(String[] arguments) {
        Injector injector = Guice.createInjector(new DmaModule(Path.of(arguments[0])), new DriverModule());
        try (DmaPlatform _ = injector.getInstance(DmaPlatform.class)) {
            NetworkCard card = injector.getInstance(NetworkCard.class);
            System.out.println("guice  " + card.send("a frame".getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static final class DriverModule extends AbstractModule {
        @Provides
        NetworkCard card(@Named("0000:00:04.0") DmaDevice device) {
            return new NetworkCard(device);
        }
    }
}
