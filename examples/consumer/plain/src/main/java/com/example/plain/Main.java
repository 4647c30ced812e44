package com.example.plain;

import com.example.driver.NetworkCard;
import dev.dmaops.api.DmaPlatform;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Opens the platform that a file describes and lets the driver work. */
public final class Main {
    private Main() {}

    /**
     * Sends one frame.
     *
     * @param arguments the configuration file
     */
    public static void main(String[] arguments) {
        try (DmaPlatform platform = DmaPlatform.open(Path.of(arguments[0]))) {
            NetworkCard card = new NetworkCard(platform.device("0000:00:04.0"));
            System.out.println("plain  " + card.send("a frame".getBytes(StandardCharsets.UTF_8)));
        }
    }
}
