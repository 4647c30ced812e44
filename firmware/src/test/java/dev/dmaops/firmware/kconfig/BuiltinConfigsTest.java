package dev.dmaops.firmware.kconfig;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuiltinConfigsTest {
    @ParameterizedTest
    @CsvSource({"X86_64, amd64_none_amd64", "ARM64, arm64_none_arm64", "ARM, armhf_none_armmp"})
    void builtinConfigurationEqualsTheClosureOfTheRealOne(KernelArchitecture architecture, String real) {
        KernelConfig builtin = BuiltinConfigs.of(architecture).orElseThrow();
        KernelConfig closure = DmaClosure.extract(KernelConfig.read(GoldenConfigs.named("config." + real + ".xz")));
        assertThat(builtin.text()).isEqualTo(closure.text());
    }

    @ParameterizedTest
    @CsvSource({"X86_64", "ARM64", "ARM"})
    void builtinConfigurationIsConsistent(KernelArchitecture architecture) {
        KernelConfig builtin = BuiltinConfigs.of(architecture).orElseThrow();
        assertThat(builtin.architecture()).contains(architecture);
        assertThat(builtin.version())
                .hasValueSatisfying(version -> assertThat(version.series()).isEqualTo(new KernelVersion(6, 12, 0)));
        assertThat(KconfigReport.of(builtin).differences()).isEmpty();
        assertThat(builtin.origin()).isEqualTo("builtin:" + architecture + "-debian-6.12.config");
    }

    @Test
    void thereIsNoneForThirtyTwoBitX86() {
        assertThat(BuiltinConfigs.of(KernelArchitecture.X86_32)).isEmpty();
    }
}
