package dev.dmaops.firmware.devicetree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.firmware.FirmwareException;
import dev.dmaops.firmware.Golden;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceTreeSourceTest {
    @Test
    void sourceAndFlattenedTreeOfTheSameBoardAreTheSameTree() {
        DeviceTree source = DeviceTreeSource.read(Golden.path("dtb").resolve("synthetic.dts"));
        DeviceTree flattened = DeviceTree.read(Golden.path("dtb").resolve("synthetic.dtb"));
        assertThat(text(source)).isEqualTo(text(flattened));
    }

    private static List<String> text(DeviceTree tree) {
        return tree.nodes().stream()
                .flatMap(node -> java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(node.path()),
                        node.properties().stream()
                                .map(p -> node.path() + " " + p.name() + " "
                                        + java.util.HexFormat.of().formatHex(p.bytes()))))
                .toList();
    }

    @Test
    void everyKindOfValueIsRead() {
        DeviceTree tree = DeviceTreeSource.parse("""
                /dts-v1/;
                /memreserve/ 0x1000 0x2000; // first page
                / { #address-cells = <1>; a = "x", "y\\n"; b = <1 0x10 010 'c' (-1)>; };
                """.replace("(-1)", "0xffffffff"), "t.dts");
        assertThat(tree.reservations()).containsExactly(new MemoryReservation(0x1000, 0x2000));
        assertThat(property(tree, "a").strings()).containsExactly("x", "y\n");
        assertThat(property(tree, "b").cells()).containsExactly(1, 16, 8, 'c', 0xffffffffL);
    }

    @Test
    void referencesBecomeNumbersInCellsAndPathsOutside() {
        DeviceTree tree = DeviceTreeSource.parse("""
                /dts-v1/;
                / { r = <&late 7 &{/n/m}>; p = &late; q = [0a 0B0c];
                    n { m { }; };
                    late: one: node@5 { phandle = <1>; status = "disabled"; }; };
                &late { status = "okay"; extra; };
                """, "t.dts");
        assertThat(property(tree, "r").cells()).containsExactly(1, 7, 2);
        assertThat(property(tree, "p").string()).isEqualTo("/node@5");
        assertThat(property(tree, "q").bytes()).containsExactly(10, 11, 12);
        assertThat(tree.byPhandle(2).orElseThrow().path()).isEqualTo("/n/m");
        DeviceTreeNode late = tree.find("/node@5").orElseThrow();
        assertThat(late.available()).isTrue();
        assertThat(late.has("extra")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            / { };                                   | line 1 column 1 | '/dts-v1/'
            /dts-v1/;                                | line 1 column 10 | a root node
            /dts-v1/; / { a = <1 b>; };              | line 1 column 22 | found 'b'
            /dts-v1/; / { a = <&gone>; };            | line 1 column 20 | found '&gone'
            /dts-v1/; / { a = <0x100000000>; };      | line 1 column 20 | a cell of 32 bits
            /dts-v1/; / { a = <(1 + 2)>; };          | line 1 column 20 | found an expression
            /dts-v1/; #include "x.dtsi"              | line 1 column 11 | #include, which is not supported
            /dts-v1/; / { /delete-node/ b; };        | line 1 column 15 | /delete-node/, which is not supported
            /dts-v1/; / { n { }; a; };               | line 1 column 22 | before its children
            /dts-v1/; / { x: n { }; x: m { }; };     | line 1 column 28 | 'x' also at /n
            /dts-v1/; / { a = "b };                  | line 1 column 19 | a closing "
            /dts-v1/; / { a = [0];  };               | line 1 column 20 | two hexadecimal digits
            /dts-v1/; / { phandle = <0>; };          | line 1 column 15 | a phandle between 1 and
            /dts-v1/; / { a }                        | line 1 column 17 | ';' after property a
            /dts-v1/; /* open                        | line 1 column 11 | '*/' after the comment
            /dts-v1/; &x { };                        | line 1 column 11 | a label that is defined before
            """)
    void mistakesAreReportedWithTheirPlace(String text, String location, String message) {
        assertThatThrownBy(() -> DeviceTreeSource.parse(text, "t.dts"))
                .isInstanceOf(FirmwareException.class)
                .hasMessageStartingWith("t.dts " + location + ": cannot read the device tree source: ")
                .hasMessageContaining(message);
    }

    @Test
    void linesAreCountedFromOne() {
        assertThatThrownBy(() -> DeviceTreeSource.parse("/dts-v1/;\n/ {\n\n  a = ;\n};", "t.dts"))
                .hasMessage(
                        "t.dts line 4 column 7: cannot read the device tree source: expected \"text\", <cells>, [bytes]"
                                + " or &label, found ';'. Correct the value.");
    }

    @Test
    void nestingIsLimited() {
        String deep = "/dts-v1/; / { " + "n { ".repeat(200_000);
        assertThatThrownBy(() -> DeviceTreeSource.parse(deep, "t.dts")).hasMessageContaining("at most 64 levels");
    }

    private static DeviceTreeProperty property(DeviceTree tree, String name) {
        return tree.root().property(name).orElseThrow();
    }
}
