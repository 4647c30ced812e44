package dev.dmaops.firmware.devicetree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.firmware.FirmwareException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlattenedReaderTest {
    /** Header 40, reservations 16 at 0x28, structure at 0x38: begin root 8, property a 12 + 4, begin n 8, ends 4 + 4, end 4. */
    private static byte[] small() {
        return new DeviceTreeWriter()
                .begin("")
                .cells("a", 7)
                .begin("n")
                .end()
                .end()
                .toBytes();
    }

    @Test
    void whatWasWrittenIsRead(@TempDir Path folder) throws IOException {
        byte[] blob = new DeviceTreeWriter()
                .reserve(0x1000, 0x2000)
                .begin("")
                .strings("compatible", "a,b", "c")
                .begin("aliases")
                .strings("serial0", "/soc@0/uart@10")
                .end()
                .begin("soc@0")
                .cells("phandle", 3)
                .begin("uart@10")
                .bytes("raw", (byte) 1, (byte) -1)
                .flag("empty")
                .end()
                .end()
                .end()
                .toBytes();
        Path file = folder.resolve("board.dtb");
        Files.write(file, Arrays.copyOf(blob, blob.length + 100));

        DeviceTree tree = DeviceTree.read(file);

        assertThat(tree.origin()).isEqualTo("board.dtb");
        assertThat(tree.version()).isEqualTo(17);
        assertThat(tree.reservations()).containsExactly(new MemoryReservation(0x1000, 0x2000));
        assertThat(tree.root().compatible()).containsExactly("a,b", "c");
        assertThat(tree.nodes())
                .extracting(DeviceTreeNode::path)
                .containsExactly("/", "/aliases", "/soc@0", "/soc@0/uart@10");
        assertThat(tree.byPhandle(3).orElseThrow().path()).isEqualTo("/soc@0");
        DeviceTreeNode uart = tree.find("serial0").orElseThrow();
        assertThat(uart.baseName()).isEqualTo("uart");
        assertThat(uart.unitAddress()).hasValue("10");
        assertThat(uart.property("raw").orElseThrow().bytes()).containsExactly(1, -1);
        assertThat(uart.property("empty").orElseThrow().isEmpty()).isTrue();
        assertThat(DeviceTree.parse(ByteBuffer.wrap(blob), "b").nodes()).hasSize(4);
        assertThat(DeviceTree.parse(MemorySegment.ofArray(blob), "s").nodes()).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0x00 | 0x7f454c46 | byte 0x0: cannot read the device tree header: expected magic 0xd00dfeed, found 0x7f454c46
            0x04 | 0x00000024 | byte 0x4: cannot read the device tree header: expected a total size of at least 40 bytes
            0x04 | 0x00001000 | byte 0x4: cannot read the device tree header: expected as many bytes as the total size says
            0x04 | 0x00200001 | expected a total size of at most 2097152 bytes, found 2097153 bytes
            0x04 | 0xffffffff | expected a total size of at most 2097152 bytes, found 4294967295 bytes
            0x08 | 0x0000003a | the structure block at a multiple of 4 bytes
            0x08 | 0x7ffffff0 | the structure block between byte 0x28 and
            0x0c | 0x00000000 | the strings block between byte 0x28 and
            0x10 | 0x0000002c | the memory reservation block at a multiple of 8 bytes
            0x10 | 0x00000060 | a memory reservation block that ends with address 0 and size 0
            0x14 | 0x0000000f | expected format version 16 or more, found 15
            0x18 | 0x00000012 | last compatible version 18
            0x20 | 0x000000ff | a strings block of at most 2 bytes, found 255 bytes
            0x24 | 0x00000ff0 | a structure block of at most
            0x24 | 0x00000010 | found the end of the structure block
            0x38 | 0x00000007 | expected a token (1, 2, 3, 4 or 9), found 0x00000007
            0x38 | 0x00000009 | expected a root node, found an empty structure block
            0x38 | 0x00000002 | the end of one that was not begun
            0x38 | 0x00000003 | expected properties inside a node, found one outside
            0x3c | 0x61000000 | expected a root node without a name, found 'a'
            0x44 | 0x7fffffff | a value of 'a' of at most 24 bytes, found 2147483647 bytes
            0x44 | 0xffffffff | found 4294967295 bytes
            0x48 | 0x00000002 | a property name inside the strings block of 2 bytes, found offset 2
            0x48 | 0xffffffff | found offset 4294967295
            0x48 | 0x00000001 | expected a property name, found an empty one
            0x54 | 0x2f000000 | byte 0x50 (/): cannot read the device tree: expected a node name without '/', found '/'
            0x54 | 0x00000000 | expected a node name without '/', found ''
            0x54 | 0x07000000 | expected printable ASCII characters in the name of a node, found 0x07
            0x5c | 0x00000009 | expected the end of node /, found the end of the tree
            0x5c | 0x00000001 | expected
            """)
    void damagedWordsAreReported(String offset, String word, String message) {
        byte[] blob = small();
        ByteBuffer.wrap(blob).putInt(Integer.decode(offset), Integer.parseUnsignedInt(word.substring(2), 16));
        assertThatThrownBy(() -> DeviceTree.parse(blob, "t.dtb"))
                .isInstanceOf(FirmwareException.class)
                .hasMessageStartingWith("t.dtb byte 0x")
                .hasMessageContaining(message);
    }

    @Test
    void everyTruncationIsReported() {
        byte[] blob = small();
        for (int length = 0; length < blob.length; length++) {
            byte[] cut = Arrays.copyOf(blob, length);
            assertThatThrownBy(() -> DeviceTree.parse(cut, "t.dtb"))
                    .isInstanceOf(FirmwareException.class)
                    .hasMessageContaining("truncated");
        }
    }

    @Test
    void randomDamageNeverEscapesAsAnotherException() {
        long seed = 20_240_131;
        SplittableRandom random = new SplittableRandom(seed);
        byte[] blob = small();
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = blob.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            assertThatCode(() -> {
                        try {
                            DeviceTree tree = DeviceTree.parse(damaged, "t.dtb");
                            tree.nodes().forEach(DmaRangeMap::ofDevice);
                        } catch (FirmwareException expected) {
                            assertThat(expected.getMessage()).startsWith("t.dtb ");
                        }
                    })
                    .as("seed " + seed + " round " + round)
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void repeatedNamesAndPhandlesAreRefused() {
        refused(new DeviceTreeWriter().begin("").cells("a", 1).cells("a", 2).end(), "'a' twice");
        refused(
                new DeviceTreeWriter()
                        .begin("")
                        .begin("n")
                        .end()
                        .begin("n")
                        .end()
                        .end(),
                "'n' twice");
        refused(
                new DeviceTreeWriter()
                        .begin("")
                        .cells("phandle", 1)
                        .begin("n")
                        .cells("phandle", 1)
                        .end()
                        .end(),
                "0x1 here and at /");
        refused(new DeviceTreeWriter().begin("").begin("n").end().cells("a", 1).end(), "one after them");
        refused(new DeviceTreeWriter().begin("").cells("phandle", 0).end(), "a phandle between 1 and 0xfffffffe");
    }

    @Test
    void nestingIsLimited() {
        DeviceTreeWriter writer = new DeviceTreeWriter().begin("");
        for (int i = 0; i < 64; i++) {
            writer.begin("n");
        }
        for (int i = 0; i < 65; i++) {
            writer.end();
        }
        refused(writer, "at most 64 levels of nodes");
    }

    @Test
    void loopsOfDmaParentsAreRefused() {
        refused(
                new DeviceTreeWriter()
                        .begin("")
                        .begin("a")
                        .cells("phandle", 1)
                        .cells("#interconnect-cells", 0)
                        .strings("interconnect-names", "dma-mem")
                        .cells("interconnects", 2)
                        .end()
                        .begin("b")
                        .cells("phandle", 2)
                        .cells("#interconnect-cells", 0)
                        .strings("interconnect-names", "dma-mem")
                        .cells("interconnects", 1)
                        .end()
                        .end(),
                "t /a: cannot use the device tree: expected a chain of DMA parents");
    }

    @Test
    void loopsOfInterruptParentsAreRefusedAndAControllerMayNameItself() {
        refused(
                new DeviceTreeWriter()
                        .begin("")
                        .begin("a")
                        .cells("phandle", 1)
                        .cells("interrupt-parent", 1)
                        .end()
                        .end(),
                "a chain of interrupt parents that ends");
        assertThatCode(() -> new DeviceTreeWriter()
                        .begin("")
                        .cells("interrupt-parent", 1)
                        .begin("gic")
                        .cells("phandle", 1)
                        .cells("#interrupt-cells", 3)
                        .cells("interrupt-parent", 1)
                        .end()
                        .end()
                        .toTree("t"))
                .doesNotThrowAnyException();
    }

    @Test
    void aMissingFileIsReported(@TempDir Path folder) {
        assertThatThrownBy(() -> DeviceTree.read(folder.resolve("gone.dtb")))
                .isInstanceOf(FirmwareException.class)
                .hasMessageContaining(
                        "gone.dtb: cannot read the device tree: expected a readable file, found no such file");
    }

    @Test
    void valuesOfTheWrongShapeAreReportedWithNodeAndProperty() {
        DeviceTreeNode node = new DeviceTreeWriter()
                .begin("")
                .begin("n")
                .bytes("odd", (byte) 1, (byte) 2, (byte) 3)
                .end()
                .end()
                .toTree("t")
                .find("/n")
                .orElseThrow();
        DeviceTreeProperty odd = node.property("odd").orElseThrow();
        assertThatThrownBy(odd::cells)
                .hasMessageMatching("t /n \\(byte 0x[0-9a-f]+\\): cannot use property odd: expected 32-bit cells,"
                        + " a multiple of 4 bytes, found 3 bytes\\. .*");
        assertThatThrownBy(odd::strings).hasMessageContaining("each ended by a zero byte");
        assertThatThrownBy(odd::u64).hasMessageContaining("4 or 8 bytes");
        assertThatThrownBy(() -> odd.cell(0)).hasMessageContaining("at least 1 cells (4 bytes)");
    }

    private static void refused(DeviceTreeWriter writer, String message) {
        assertThatThrownBy(() -> writer.toTree("t"))
                .isInstanceOf(FirmwareException.class)
                .hasMessageContaining(message);
    }
}
