package dev.dmaops.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.spi.BouncePoolProvider;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.MachineProvider;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

final class ProvidersTest {
    @Test
    void twoProvidersOfOneIdAreRefusedAndBothJarsNamed() {
        assertThatThrownBy(() -> new Providers(
                        List.of(
                                backend("direct", "lib/dmaops-backend-direct-0.1.jar"),
                                backend("iommu", "lib/iommu.jar"),
                                backend("direct", "backends/mine.jar")),
                        List.of(),
                        List.of(),
                        List.of()))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessage(
                        "DMA-1013 class path: expected one backend direct, found B in lib/dmaops-backend-direct-0.1.jar"
                                + " and B in backends/mine.jar. Remove one of the two jars.");
    }

    @Test
    void everyDuplicateIsReported() {
        assertThatThrownBy(() -> new Providers(
                        List.of(backend("a", "1.jar"), backend("a", "2.jar")),
                        List.of(
                                new Found<>("x", mock(BouncePoolProvider.class), origin("3.jar")),
                                new Found<>("y", mock(BouncePoolProvider.class), origin("4.jar"))),
                        List.of(
                                new Found<>("sim", mock(MachineProvider.class), origin("5.jar")),
                                new Found<>("sim", mock(MachineProvider.class), origin("6.jar"))),
                        List.of()))
                .hasMessageContaining("1.jar and B in 2.jar")
                .hasMessageContaining("one maker of bounce pools, found B in 3.jar and B in 4.jar")
                .hasMessageContaining("one machine sim, found B in 5.jar and B in 6.jar");
    }

    @Test
    void originNamesTheJar() {
        ProviderOrigin origin = ProviderOrigin.of(Assertions.class);

        assertThat(origin.jar()).startsWith("assertj-core-").endsWith(".jar");
        assertThat(ProviderOrigin.of(String.class).location()).isEqualTo("built in");
    }

    private static Found<DmaBackendProvider> backend(String id, String jar) {
        return new Found<>(id, mock(DmaBackendProvider.class), origin(jar));
    }

    private static ProviderOrigin origin(String jar) {
        return new ProviderOrigin("B", jar, "", "class path");
    }
}
