package dev.dmaops.integration.split;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaException;
import dev.dmaops.api.DmaPlatform;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Opens each configuration and prints the backends of its devices, or why it cannot; started by {@link DependencySplitTest}. */
final class OpenAndTell {
    private OpenAndTell() {}

    public static void main(String[] arguments) {
        for (String argument : arguments) {
            Path file = Path.of(argument);
            try (DmaPlatform platform = DmaPlatform.open(file)) {
                System.out.println(file.getFileName() + ": "
                        + platform.devices().stream()
                                .map(DmaDevice::choice)
                                .map(choice -> choice.backend())
                                .collect(Collectors.toCollection(TreeSet::new)));
            } catch (DmaException refused) {
                System.out.println(file.getFileName() + ": " + refused.getMessage());
            }
        }
    }
}
