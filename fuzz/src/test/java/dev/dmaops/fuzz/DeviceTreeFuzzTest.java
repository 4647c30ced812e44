package dev.dmaops.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.dmaops.firmware.devicetree.DeviceTree;
import dev.dmaops.firmware.devicetree.DeviceTreeSource;
import dev.dmaops.firmware.devicetree.PlatformDevices;
import java.nio.charset.StandardCharsets;

/** Device trees, flattened and in source form, down to what is read out of them. */
class DeviceTreeFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void flattened(byte[] blob) {
        Refusal.orNone(() -> readAll(DeviceTree.parse(blob, "tree.dtb")));
    }

    @FuzzTest(maxDuration = "10m")
    void source(byte[] text) {
        Refusal.orNone(() -> readAll(DeviceTreeSource.parse(new String(text, StandardCharsets.UTF_8), "tree.dts")));
    }

    private static void readAll(DeviceTree tree) {
        assertThat(PlatformDevices.of(tree).all()).doesNotContainNull();
    }
}
