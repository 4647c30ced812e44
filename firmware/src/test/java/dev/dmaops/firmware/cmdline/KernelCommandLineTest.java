package dev.dmaops.firmware.cmdline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.firmware.FirmwareException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelCommandLineTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            a b=c                | a;b:c
            a\tb                 | a;b
            a=b=c                | a:b=c
            a=                   | a:
            a="b c" d            | a:b c;d
            "a=b c" d            | a:b c;d
            "a b" c              | a b;c
            a=b"c d"e f          | a:b"c d"e;f
            a="b                 | a:b
            a="" b               | a:;b
            =a=b                 | =a:b
            a -- b               | a
            a --=1 b             | a;--:1;b
            "--" a               |
            """)
    void wordsAreCutAsTheKernelCutsThem(String text, String words) {
        List<String> found = KernelCommandLine.parse(text).parameters().stream()
                .map(p -> p.name() + p.value().map(v -> ":" + v).orElse(""))
                .toList();
        assertThat(String.join(";", found)).isEqualTo(words == null ? "" : words);
    }

    @Test
    void positionsCountFromTheStartAndInitGetsTheRest() {
        KernelCommandLine line = KernelCommandLine.parse("  quiet swiotlb=force  -- single swiotlb=1 ");
        assertThat(line.parameters()).extracting(KernelParameter::position).containsExactly(2, 8);
        assertThat(line.forInit()).isEqualTo("single swiotlb=1 ");
    }

    @Test
    void dashAndUnderscoreAreTheSameAndTheLastOccurrenceIsFound() {
        KernelCommandLine line = KernelCommandLine.parse("coherent-pool=1M coherent_pool=2M");
        assertThat(line.all("coherent_pool")).hasSize(2);
        assertThat(line.last("coherent-pool").orElseThrow().value()).hasValue("2M");
        assertThat(line.last("cma")).isEmpty();
    }

    @Test
    void aZeroCharacterIsRefused() {
        assertThatThrownBy(() -> KernelCommandLine.parse("a\0b"))
                .isInstanceOf(FirmwareException.class)
                .hasMessage("command line character 2: cannot read the kernel command line: expected text, found a zero"
                        + " character. Remove it.");
    }
}
