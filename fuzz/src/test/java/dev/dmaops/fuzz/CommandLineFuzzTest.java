package dev.dmaops.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.dmaops.firmware.cmdline.KernelCommandLine;
import dev.dmaops.firmware.cmdline.MemoryPoolParameters;
import dev.dmaops.firmware.cmdline.SwiotlbParameters;
import java.nio.charset.StandardCharsets;

/** Kernel command lines: whatever a line holds, it has some meaning; only a zero character ends it. */
class CommandLineFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void parameters(byte[] text) {
        Refusal.orNone(() -> readAll(KernelCommandLine.parse(new String(text, StandardCharsets.UTF_8))));
    }

    private static void readAll(KernelCommandLine line) {
        assertThat(SwiotlbParameters.of(line)).isNotNull();
        assertThat(MemoryPoolParameters.of(line)).isNotNull();
    }
}
