package dev.dmaops.firmware.kconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.firmware.FirmwareException;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExprTest {
    private static final Expr.Values VALUES = symbol ->
            Map.of("Y1", Tristate.Y, "M1", Tristate.M, "N1", Tristate.N).getOrDefault(symbol, Tristate.N);

    @ParameterizedTest
    @CsvSource({
        "y, y",
        "m, m",
        "n, n",
        "Y1, y",
        "M1, m",
        "UNKNOWN, n",
        "Y1 && M1, m",
        "M1 && N1, n",
        "N1 || M1, m",
        "M1 || Y1, y",
        "!Y1, n",
        "!M1, m",
        "!N1, y",
        "!!M1, m",
        "!UNKNOWN, y",
        "N1 && N1 || Y1, y",
        "N1 && (N1 || Y1), n",
        "!N1 && M1, m",
        "!(N1 && M1), y",
        "M1=m, y",
        "M1!=m, n",
        "M1 = y, n",
        "!M1=m, n",
        "UNKNOWN=n, y",
        "Y1 && M1!=n, y",
        "\"a\" = \"a\", y",
        "16 = 16, y",
        "16 = 17, n",
        "16, n"
    })
    void operatorsFollowKconfig(String text, String expected) {
        assertThat(Expr.parse(text).evaluate(VALUES)).hasToString(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "A&&B||C, A && B || C",
        "A&&(B||C), A && (B || C)",
        "((A)), A",
        "!(A), !A",
        "!(A||B), !(A || B)",
        "A||(B||C), A || (B || C)",
        "(A||B)||C, A || B || C",
        "A&&(B&&C), A && (B && C)",
        "!(A=m), !(A = m)",
        "64BIT||PHYS, 64BIT || PHYS",
        "A!=\"q\\\"s\", A != \"q\\\"s\"",
        "A=0x1f, A = 0x1f"
    })
    void printingUsesTheFewestParentheses(String text, String expected) {
        assertThat(Expr.parse(text)).hasToString(expected);
        assertThat(Expr.parse(expected)).isEqualTo(Expr.parse(text));
    }

    @Test
    void symbolsAreListedOnceInOrder() {
        assertThat(Expr.parse("B && (A || !B) && C=m && \"D\"=1").symbols()).containsExactly("B", "A", "C");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "A &&", "&& A", "A B", "(A", "A)", "A = ", "= A", "!", "A & B", "A | B", "\"open", "A = (B)",
                "A-B", "A\u0001"
            })
    void whatIsNoExpressionIsRefused(String text) {
        assertThatThrownBy(() -> Expr.parse(text))
                .isInstanceOf(FirmwareException.class)
                .hasMessageStartingWith("expression: cannot read the Kconfig expression: expected ")
                .hasMessageEndingWith("such as XEN && (ARM || ARM64).");
    }

    @Test
    void depthAndLengthAreBounded() {
        assertThatThrownBy(() -> Expr.parse("!".repeat(5000) + "A")).hasMessageContaining("at most 1000 words");
        assertThatThrownBy(() -> Expr.parse("(".repeat(500) + "A" + ")".repeat(400)))
                .hasMessageContaining("at most 100 levels");
        assertThat(Expr.parse("A || ".repeat(499) + "A").symbols()).containsExactly("A");
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void randomExpressionsSurvivePrintingAndParsing(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            Expr expr = random(random, 5);
            Expr again = Expr.parse(expr.toString());
            assertThat(again).as("seed %d round %d", seed, i).isEqualTo(expr);
            assertThat(again.evaluate(VALUES)).isEqualTo(expr.evaluate(VALUES));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23})
    void randomTextGivesAnExpressionOrAFirmwareException(long seed) {
        Random random = new Random(seed);
        String alphabet = "AB64ymn()!=&|\" \\-0x\u0000é#";
        for (int i = 0; i < 3000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(20); n > 0; n--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                Expr expr = Expr.parse(text.toString());
                assertThat(Expr.parse(expr.toString()))
                        .as("seed %d: %s", seed, text)
                        .isEqualTo(expr);
            } catch (FirmwareException expected) {
                assertThat(expected.getMessage()).as("seed %d: %s", seed, text).startsWith("expression: ");
            }
        }
    }

    private static Expr random(Random random, int depth) {
        return switch (depth == 0 ? random.nextInt(2) : random.nextInt(6)) {
            case 0 -> new Expr.Symbol(new String[] {"Y1", "M1", "N1", "X_9", "64BIT"}[random.nextInt(5)]);
            case 1 -> new Expr.Constant(Tristate.values()[random.nextInt(3)]);
            case 2 -> new Expr.Not(random(random, depth - 1));
            case 3 -> new Expr.And(random(random, depth - 1), random(random, depth - 1));
            case 4 -> new Expr.Or(random(random, depth - 1), random(random, depth - 1));
            default ->
                new Expr.Compare(
                        random(random, 0),
                        random.nextBoolean(),
                        random.nextBoolean() ? random(random, 0) : new Expr.Literal("a \"b\" \\c"));
        };
    }
}
