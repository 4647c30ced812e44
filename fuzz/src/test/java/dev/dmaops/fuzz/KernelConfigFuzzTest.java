package dev.dmaops.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.dmaops.firmware.kconfig.DmaClosure;
import dev.dmaops.firmware.kconfig.KernelConfig;
import dev.dmaops.firmware.kconfig.KernelVersion;

/** Kernel .config files, plain and packed, with the rules applied to them. */
class KernelConfigFuzzTest {
    private static final KernelVersion VERSION = new KernelVersion(6, 12, 0);

    @FuzzTest(maxDuration = "10m")
    void bytes(byte[] file) {
        Refusal.orNone(() -> DmaClosure.resolve(KernelConfig.of("config", file), VERSION));
    }
}
