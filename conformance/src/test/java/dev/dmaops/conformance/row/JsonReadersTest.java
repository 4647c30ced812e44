package dev.dmaops.conformance.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaConfigurationException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonReadersTest {
    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonLineReader lines(String text) {
        return new JsonLineReader("f.jsonl", bytes(text), "op");
    }

    @Test
    void rowsComeOneByOneWithTheirLineAndKind() {
        try (JsonLineReader reader = lines("{\"op\":\"map\",\"size\":5}\n{\"op\":\"unmap\"}\n{\"x\":null}")) {
            Row map = Objects.requireNonNull(reader.next());
            assertThat(map.kind()).isEqualTo("map");
            assertThat(map.at()).isEqualTo("line 1");
            assertThat(map.number("size")).isEqualTo(5);
            assertThat(reader.next()).extracting(Row::at).isEqualTo("line 2");
            Row last = Objects.requireNonNull(reader.next());
            assertThat(last.kind()).isEmpty();
            assertThat(last.isNull("x")).isTrue();
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void numbersAboveTheSignedRangeAreReadAsUnsigned() {
        try (JsonLineReader reader = lines("{\"bfn\":18446744073709551615}")) {
            Row row = Objects.requireNonNull(reader.next());
            assertThat(row.value("bfn")).isEqualTo(new BigInteger("18446744073709551615"));
            assertThat(row.number("bfn")).isEqualTo(-1L);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"op":"map",                  | line 1
                    {"op":"a"}\\n[1]              | line 2
                    {"op":"a"}\\n{"op":"b"}}      | line 2
                    {"op":tru}                    | line 1
                    hello                         | line 1
                    """)
    void whatIsNoRowIsOneErrorWithItsLine(String text, String part) {
        assertThatThrownBy(() -> {
                    try (JsonLineReader reader = lines(text.replace("\\n", "\n"))) {
                        while (reader.next() != null) {}
                    }
                })
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageStartingWith("DMA-1004 f.jsonl")
                .hasMessageContainingAll("expected", "found", part);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"size":"5"}                     | a whole number
                    {"size":5.5}                     | a whole number
                    {"size":99999999999999999999999} | a whole number of at most 64 bits
                    {}                               | no such field
                    {"size":true}                    | a whole number
                    """)
    void fieldOfAnotherTypeIsMalformed(String text, String part) {
        Row row = Objects.requireNonNull(lines(text).next());
        assertThatThrownBy(() -> row.number("size"))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContainingAll("f.jsonl line 1", "\"size\"", part);
    }

    @ParameterizedTest
    @CsvSource({"0x", "xyz", "0xg", "0x12345678912345678", "0x+1", "0x-1", "-1"})
    void addressThatIsNoHexadecimalNumberIsMalformed(String text) {
        Row row = Objects.requireNonNull(lines("{\"phys\":\"" + text + "\"}").next());
        assertThatThrownBy(() -> row.address("phys"))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageContaining("hexadecimal");
    }

    @Test
    void listOfRowsIsReadElementByElement() {
        try (JsonArrayReader reader = new JsonArrayReader(
                "e.json",
                bytes("{\"granule\":4096,\"ops\":[{\"pages\":1},{\"pages\":2}],\"rest\":{}}"),
                Set.of("ops"))) {
            assertThat(reader.header().number("granule")).isEqualTo(4096);
            assertThat(reader.list()).isEqualTo("ops");
            assertThat(reader.next()).extracting(Row::at).isEqualTo("ops[0]");
            assertThat(reader.next()).extracting(Row::at).isEqualTo("ops[1]");
            assertThat(reader.next()).isNull();
            assertThat(reader.next()).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"granule":1}          | a list named ops
                    {"ops":[{"a":1},       | ops[1]
                    {"ops":[{"a":1}        | ops[1]
                    {"ops":[{"a":1}]       | the end of the file
                    {"ops":[7]}            | a JSON object
                    []                     | a JSON object
                    """)
    void incompleteListIsOneErrorWithItsPlace(String text, String part) {
        assertThatThrownBy(() -> {
                    try (JsonArrayReader reader = new JsonArrayReader("e.json", bytes(text), Set.of("ops"))) {
                        while (reader.next() != null) {}
                    }
                })
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessageStartingWith("DMA-1004 e.json")
                .hasMessageContaining(part);
    }
}
