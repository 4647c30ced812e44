package dev.dmaops.firmware.kconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.firmware.FirmwareException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The language, on rules written for each case. */
class EvaluatorTest {
    @Test
    void dependenciesBoundTheValueOfTheUser() {
        String rules = """
                source k
                input bool MODULES
                input tristate BUS
                tristate DRIVER
                    prompt
                    depends BUS
                bool FEATURE
                    prompt
                    depends BUS
                """;
        String base = "CONFIG_MODULES=y\nCONFIG_DRIVER=y\nCONFIG_FEATURE=y\n";
        assertThat(shown(rules, base + "CONFIG_BUS=m\n", "DRIVER")).isEqualTo("m");
        assertThat(shown(rules, base + "CONFIG_BUS=m\n", "FEATURE")).isEqualTo("y");
        assertThat(shown(rules, base, "DRIVER")).isEqualTo("absent");
        assertThat(cause(rules, base, "DRIVER")).isEqualTo("depends on BUS, which is n");
        assertThat(shown(rules, "CONFIG_BUS=y\n", "FEATURE")).isEqualTo("n");
    }

    @Test
    void withoutModulesATristateIsABool() {
        String rules = "source k\ninput bool MODULES\ninput tristate BUS\ntristate DRIVER\n prompt\n depends BUS\n";
        assertThat(shown(rules, "CONFIG_BUS=m\nCONFIG_DRIVER=y\n", "DRIVER")).isEqualTo("y");
        assertThat(shown(rules, "CONFIG_MODULES=y\nCONFIG_BUS=m\nCONFIG_DRIVER=y\n", "DRIVER"))
                .isEqualTo("m");
    }

    @Test
    void defaultsApplyInOrderAndOnlyWithoutAUserValue() {
        String rules = """
                source k
                input bool A B
                bool D
                    prompt
                    default n if A
                    default y
                bool HIDDEN
                    default A
                    default y if B
                """;
        assertThat(shown(rules, "CONFIG_A=y\n", "D")).isEqualTo("n");
        assertThat(shown(rules, "CONFIG_B=y\n", "D")).isEqualTo("y");
        assertThat(shown(rules, "CONFIG_B=y\n# CONFIG_D is not set\n", "D")).isEqualTo("n");
        assertThat(shown(rules, "CONFIG_HIDDEN=y\n", "HIDDEN")).isEqualTo("absent");
        assertThat(shown(rules, "CONFIG_A=y\n", "HIDDEN")).isEqualTo("y");
        assertThat(shown(rules, "CONFIG_B=y\n", "HIDDEN")).isEqualTo("absent");
    }

    @Test
    void selectLiftsAboveDependenciesAndIsReported() {
        String rules = """
                source k
                input bool MODULES A NEED
                tristate SELECTOR
                    prompt
                    select TARGET if A
                bool TARGET
                    depends NEED
                """;
        ResolvedConfig resolved = resolve(rules, "CONFIG_MODULES=y\nCONFIG_A=y\nCONFIG_SELECTOR=m\n");
        assertThat(resolved.symbol("TARGET").shown()).isEqualTo("y");
        assertThat(resolved.symbol("TARGET").cause()).isEqualTo(new Cause(Cause.Kind.SELECTED, "selected by SELECTOR"));
        assertThat(resolved.unmetDependencies()).containsExactly(new UnmetDependency("TARGET", "NEED", "SELECTOR"));
        assertThat(resolved.unmetDependencies().get(0).text())
                .isEqualTo("TARGET is selected by SELECTOR although it depends on NEED");
        assertThat(resolve(rules, "CONFIG_NEED=y\nCONFIG_A=y\nCONFIG_SELECTOR=y\n")
                        .unmetDependencies())
                .isEmpty();
        assertThat(shown(rules, "CONFIG_SELECTOR=y\n", "TARGET")).isEqualTo("absent");
        assertThat(cause(rules, "CONFIG_NEED=y\n", "TARGET")).isEqualTo("nothing that selects it is set");
    }

    @Test
    void implyLiftsOnlyWithinDependenciesAndUnderTheUser() {
        String rules = """
                source k
                input bool NEED
                bool I
                    prompt
                    imply T
                bool T
                    prompt
                    depends NEED
                """;
        assertThat(shown(rules, "CONFIG_I=y\nCONFIG_NEED=y\n", "T")).isEqualTo("y");
        assertThat(cause(rules, "CONFIG_I=y\nCONFIG_NEED=y\n", "T")).isEqualTo("implied by I");
        assertThat(shown(rules, "CONFIG_I=y\nCONFIG_NEED=y\n# CONFIG_T is not set\n", "T"))
                .isEqualTo("n");
        assertThat(resolve(rules, "CONFIG_I=y\n").tristate("T")).isEqualTo(Tristate.N);
    }

    @Test
    void exactlyOneMemberOfAChoiceIsChosen() {
        String rules = """
                source k
                input bool ON FAST
                choice SPEED
                    depends ON
                    default QUICK if FAST
                    default SLOW
                bool SLOW
                bool QUICK
                bool TURBO
                    depends FAST
                end
                """;
        assertThat(shown(rules, "CONFIG_ON=y\n", "SLOW")).isEqualTo("y");
        assertThat(shown(rules, "CONFIG_ON=y\n", "QUICK")).isEqualTo("n");
        assertThat(cause(rules, "CONFIG_ON=y\n", "QUICK")).isEqualTo("SLOW is chosen in its choice");
        assertThat(shown(rules, "CONFIG_ON=y\n", "TURBO")).isEqualTo("absent");
        assertThat(shown(rules, "CONFIG_ON=y\nCONFIG_FAST=y\n", "QUICK")).isEqualTo("y");
        assertThat(shown(rules, "CONFIG_ON=y\nCONFIG_FAST=y\nCONFIG_TURBO=y\n", "TURBO"))
                .isEqualTo("y");
        assertThat(shown(rules, "CONFIG_ON=y\nCONFIG_FAST=y\nCONFIG_TURBO=y\n", "SLOW"))
                .isEqualTo("n");
        assertThat(shown(rules, "CONFIG_SLOW=y\n", "SLOW")).isEqualTo("absent");
    }

    @Test
    void numbersTakeTheUsersValueInRangeElseTheDefault() {
        String rules = """
                source k
                input bool ON BIG
                if ON
                int SIZE
                    prompt
                    range 2 12
                    default 10 if BIG
                    default 8
                end
                hex BASE
                    default 0x1000
                string NAME
                    prompt
                """;
        assertThat(shown(rules, "CONFIG_ON=y\nCONFIG_SIZE=12\n", "SIZE")).isEqualTo("12");
        assertThat(shown(rules, "CONFIG_ON=y\nCONFIG_SIZE=13\n", "SIZE")).isEqualTo("8");
        assertThat(shown(rules, "CONFIG_ON=y\nCONFIG_BIG=y\n", "SIZE")).isEqualTo("10");
        assertThat(shown(rules, "CONFIG_SIZE=12\n", "SIZE")).isEqualTo("absent");
        assertThat(shown(rules, "CONFIG_BASE=0x2000\n", "BASE")).isEqualTo("0x1000");
        assertThat(shown(rules, "CONFIG_NAME=\"x\"\n", "NAME")).isEqualTo("\"x\"");
    }

    @Test
    void selectFromElsewhereIsFoundInTheFile() {
        String rules = "source k\ninput bool A\nbool S\n elsewhere\nbool T\n default S\nbool U\n";
        assertThat(shown(rules, "CONFIG_S=y\n", "T")).isEqualTo("y");
        assertThat(resolve(rules, "CONFIG_S=y\n").symbol("S").cause().kind()).isEqualTo(Cause.Kind.SELECTED_ELSEWHERE);
        assertThat(shown(rules, "CONFIG_U=y\n", "U")).isEqualTo("absent");
    }

    @Test
    void aSymbolOfAnotherArchitectureIsN() {
        String rules = """
                source k
                [x86] bool ONLY
                 default y
                bool T
                 default y if !ONLY
                [6.1..6.11] bool OLD
                 default y
                [arm arm64 ..6.0] bool C
                 default y
                """;
        assertThat(shown(rules, "CONFIG_A=y\n", "T")).isEqualTo("y");
        assertThat(ClosureReader.read("r", rules, KernelArchitecture.X86_32, new KernelVersion(6, 12, 5))
                        .names())
                .containsExactly("ONLY", "T");
        assertThat(ClosureReader.read("r", rules, KernelArchitecture.ARM, new KernelVersion(6, 11, 9))
                        .names())
                .containsExactly("T", "OLD");
        assertThat(ClosureReader.read("r", rules, KernelArchitecture.ARM, new KernelVersion(6, 0, 9))
                        .names())
                .containsExactly("T", "C");
    }

    @Test
    void cyclesAreRefusedWithTheirPath() {
        String rules = "source k\nbool A\n depends B\nbool B\n default C\nbool C\n prompt\n select A\n depends A\n";
        assertThatThrownBy(() -> resolve(rules, "CONFIG_A=y\n"))
                .isInstanceOf(FirmwareException.class)
                .hasMessage("rules A: has rules that lead back to it: expected rules without a cycle, "
                        + "found A -> B -> C -> A. Break the cycle in the rules.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bool X",
                "source k\nprompt",
                "source k\nbool X Y",
                "source k\nbool X\n select A B",
                "source k\nfoo X",
                "source k\nif A",
                "end",
                "source k\n[x86 bool X",
                "source k\n[mips] bool X",
                "source k\nbool X\n range 1",
                "source k\nbool X\n default",
                "source k\ninput thing X",
                "source k\nbool X\nint X",
                "source k\n[1..x] bool X"
            })
    void brokenRulesAreRefused(String rules) {
        assertThatThrownBy(() -> resolve(rules, "CONFIG_A=y\n"))
                .isInstanceOf(FirmwareException.class)
                .hasMessageStartingWith("rules ");
    }

    private static ResolvedConfig resolve(String rules, String config) {
        RuleScope scope = new RuleScope(KernelArchitecture.ARM64, new KernelVersion(6, 12, 0));
        KconfigModel model = ClosureReader.read("rules", rules, scope.architecture(), scope.version());
        return Evaluator.resolve(model, Assignments.of(KernelConfig.parse("c", config)), scope);
    }

    private static String shown(String rules, String config, String symbol) {
        return resolve(rules, config).symbol(symbol).shown();
    }

    private static String cause(String rules, String config, String symbol) {
        return resolve(rules, config).symbol(symbol).cause().text();
    }
}
