package dev.dmaops.integration.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BootTest {
    @Test
    void theShortFormIsOneBootOfDebiansOwnModules() {
        assertThat(Boot.of("short"))
                .singleElement()
                .satisfies(boot -> assertThat(boot.builtModules()).isFalse());
    }

    @Test
    void onlyTheFullFormHasBootsWhoseModulesAreBuiltFirst() {
        assertThat(Boot.of("stock")).isNotEmpty().noneMatch(Boot::builtModules);
        assertThat(Boot.of("full")).containsAll(Boot.of("stock")).contains(Boot.IOMMUFD, Boot.NO_IOMMU);
        assertThat(Boot.of("off")).isEmpty();
    }

    @Test
    void bootsCanBeNamed() {
        assertThat(Boot.of("amd,noiommu")).containsExactly(Boot.AMD, Boot.NO_IOMMU);
        assertThatThrownBy(() -> Boot.of("amd,vfoi"))
                .hasMessage(
                        "dmaops.vm: expected off, short, stock, full or some of [vfio, passthrough, physical, amd, iommufd,"
                                + " noiommu], found vfoi.");
    }

    /** Both were seen to stop or slow down guests: the timer's test in 1 of 8 boots, two processors by a factor of 20. */
    @Test
    void guestsSkipTheTestOfTheTimerAndHaveOneProcessor() throws IOException {
        String script = Files.readString(
                Path.of(System.getProperty("dmaops.root", "..")).resolve("integration-tests/vm/boot.sh"));

        assertThat(script)
                .contains(" no_timer_check ")
                .contains("-smp 1 ")
                .contains("panic=-1")
                .contains("-no-reboot");
    }
}
