package dev.dmaops.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.dmaops.firmware.log.KernelLog;
import dev.dmaops.firmware.log.LogEntry;
import java.io.ByteArrayInputStream;

/** Kernel logs, plain and packed: no line is wrong; only a packed log can be damaged. */
class KernelLogFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void log(byte[] bytes) {
        Refusal.orNone(() -> KernelLog.read("log", new ByteArrayInputStream(bytes), new KernelLog.Listener() {
            @Override
            public void time(long number, double seconds) {
                assertThat(seconds).isNotNegative();
            }

            @Override
            public void entry(LogEntry entry) {
                assertThat(entry.number()).isPositive();
                assertThat(entry.message()).doesNotContain("\n");
            }
        }));
    }
}
