package dev.dmaops.firmware.kconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.dmaops.firmware.FirmwareException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold for any configuration, tried on random changes of the built-in ones; the seed is in every message. */
class KconfigPropertyTest {
    private static final List<KernelArchitecture> ARCHITECTURES =
            List.of(KernelArchitecture.X86_64, KernelArchitecture.ARM64, KernelArchitecture.ARM);
    private static final List<String> VALUES = List.of("y", "m", "n", "8", "0x10", "\"text\"");
    private static final int ROUNDS = 60;

    @ParameterizedTest
    @ValueSource(longs = {101, 102, 103, 104})
    void writingOutWhatTheRulesGiveIsAConsistentFile(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            KernelConfig mutated = mutated(random);
            KernelVersion version = anyVersion(random);
            ResolvedConfig resolved = DmaClosure.resolve(mutated, version);
            StringBuilder text = new StringBuilder();
            for (ResolvedSymbol symbol : resolved.symbols()) {
                if (symbol.written()) {
                    text.append(new ConfigEntry(symbol.symbol(), symbol.value(), 1).text())
                            .append('\n');
                }
            }
            KconfigReport again = KconfigReport.of(KernelConfig.parse("written", text.toString()), version, "test");
            assertThat(again.differences())
                    .as("seed %d round %d %s %s", seed, round, version, mutated.text())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {201, 202, 203})
    void everyConfigurationGetsAReportOrOneFirmwareException(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            KernelConfig mutated = mutated(random);
            assertThatCode(() -> {
                        try {
                            KconfigReport report = KconfigReport.of(mutated);
                            assertThat(KconfigText.of(report)).contains("direct ");
                            assertThat(KconfigText.of(KconfigPatch.of("2021", mutated)))
                                    .contains("K10");
                            report.requireConsistent();
                        } catch (FirmwareException expected) {
                            assertThat(expected.getMessage())
                                    .startsWith("mutated")
                                    .doesNotContain("\n");
                        }
                    })
                    .as("seed %d round %d %s", seed, round, mutated.text())
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {301, 302})
    void anAcceptedRequestIsReachedAndTakenBackByItsOpposite(long seed) {
        Random random = new Random(seed);
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            KernelConfig config =
                    BuiltinConfigs.of(ARCHITECTURES.get(random.nextInt(3))).orElseThrow();
            ConfigEntry entry =
                    config.entries().get(random.nextInt(config.entries().size()));
            String opposite = entry.value().tristate().isSet() ? "n" : "y";
            KernelVersion version = config.version().orElseThrow();
            try {
                KconfigWhatIf there = KconfigWhatIf.of(config, version, Map.of(entry.symbol(), opposite));
                assertThat(there.changes())
                        .as("seed %d round %d %s", seed, round, entry)
                        .anyMatch(change -> change.symbol().equals(entry.symbol())
                                && change.after().equals(opposite));
                assertThat(KconfigWhatIf.of(
                                        config,
                                        version,
                                        Map.of(entry.symbol(), entry.value().written()))
                                .changes())
                        .isEmpty();
                accepted++;
            } catch (FirmwareException refused) {
                assertThat(refused.getMessage()).startsWith("--set " + entry.symbol() + "=");
            }
        }
        assertThat(accepted).as("seed %d", seed).isGreaterThan(5);
    }

    private static KernelVersion anyVersion(Random random) {
        List<KernelVersion> versions = DmaClosure.comparedVersions();
        return versions.get(random.nextInt(versions.size()));
    }

    /** Drops, flips and distorts some lines of a built-in configuration, but leaves its architecture. */
    private static KernelConfig mutated(Random random) {
        KernelArchitecture architecture = ARCHITECTURES.get(random.nextInt(ARCHITECTURES.size()));
        KernelConfig config = BuiltinConfigs.of(architecture).orElseThrow();
        List<String> lines = new ArrayList<>();
        lines.add("# Linux/" + architecture.directory() + " 6.12.1 Kernel Configuration");
        for (ConfigEntry entry : config.entries()) {
            boolean keep = entry.symbol().equals(architecture.name()) || random.nextInt(12) != 0;
            if (keep) {
                lines.add(entry.text());
            } else if (random.nextInt(3) != 0) {
                lines.add("CONFIG_" + entry.symbol() + "=" + VALUES.get(random.nextInt(VALUES.size())));
            }
        }
        return KernelConfig.parse("mutated", String.join("\n", lines));
    }
}
