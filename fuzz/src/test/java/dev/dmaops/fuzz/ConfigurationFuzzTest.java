package dev.dmaops.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.runtime.assembly.Planner;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.runtime.discovery.Providers;
import dev.dmaops.spi.PlatformPlan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Configurations of platforms: a choice for each device, or all mistakes, each in a line of its own that names its place. */
class ConfigurationFuzzTest {
    private static final Path EXAMPLES = Path.of("../examples");

    private final Providers providers = Providers.load();

    @FuzzTest(maxDuration = "10m")
    void configuration(byte[] text) {
        try {
            PlatformDescription described = PlatformDescription.of(
                    PlatformConfiguration.parse("fuzz.conf", EXAMPLES, new String(text, StandardCharsets.UTF_8)));
            PlatformPlan plan = Planner.plan(described, providers, described.topology());
            assertThat(plan.devices()).hasSameSizeAs(described.devices());
        } catch (DmaConfigurationException refused) {
            assertThat(refused.problems())
                    .isNotEmpty()
                    .allSatisfy(problem ->
                            assertThat(problem.toString()).startsWith("DMA-").hasLineCount(1));
        }
    }
}
