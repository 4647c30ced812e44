package dev.dmaops.integration.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.conformance.FileResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with a file, the answer is one clear message. */
class MalformedRecordingsTest {
    private static final long SEED = 6_12_117;
    private static final int MUTATIONS = 40;

    @TempDir
    private Path folder;

    private FileResult replay(String name, byte[] content) {
        try {
            return Recordings.any(Files.write(folder.resolve(name), content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertUnreadable(byte[] content, String... parts) {
        assertThat(replay("broken", content)).isInstanceOfSatisfying(FileResult.Unreadable.class, unreadable -> {
            String message = String.valueOf(unreadable.problem().getMessage());
            assertThat(message)
                    .startsWith("DMA-1004 ")
                    .contains("broken", "expected", "found")
                    .doesNotContain("\n");
            for (String part : parts) {
                assertThat(message).contains(part);
            }
        });
    }

    private static byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(Recordings.own(name));
    }

    private static byte[] unpacked(String name) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes(name)))) {
            return in.readAllBytes();
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void truncatedPackedFile() throws IOException {
        byte[] whole = bytes("linux/boot-00.jsonl.gz");
        assertUnreadable(Arrays.copyOf(whole, whole.length * 2 / 3));
        assertUnreadable(Arrays.copyOf(whole, whole.length - 4));
        assertUnreadable(Arrays.copyOf(whole, 5));
    }

    @Test
    void recordingThatEndsEarly() throws IOException {
        byte[] whole = unpacked("linux/boot-00.jsonl.gz");
        String lines = new String(whole, StandardCharsets.UTF_8);
        assertUnreadable(text(lines.substring(0, lines.lastIndexOf("\n{"))), "14 rows", "13 rows");
        assertUnreadable(text(lines.substring(0, lines.length() - 20)), "line 15");
        byte[] board = unpacked("boards/sel_synthetic_plain.jsonl.gz");
        Files.copy(Recordings.own("boards/synthetic.plain.dtb"), folder.resolve("synthetic.plain.dtb"));
        String rows = new String(board, StandardCharsets.UTF_8);
        assertUnreadable(text(rows.substring(0, rows.lastIndexOf("\n{"))), "type \"end\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "hello",
                "[1,2,3]",
                "{\"header\":true}",
                "{\"header\":true,\"kernel\":\"minix\"}",
                "{\"t\":\"header\",\"scenario\":\"sel_x_plain\",\"machine\":\"vax\"}",
                "{\"pool\":7,\"ops\":[]}",
                "{\"pool\":{\"start\":0,\"nslabs\":0,\"nareas\":0},\"ops\":[]}",
                "{\"granule\":1,\"cases\":[]}",
                "id,kernel,arch,expect_ops\nS1,6.12,x86\n",
                "CONFIG_X=y\nnonsense\n"
            })
    void textThatIsNoRecording(String text) {
        assertUnreadable(text(text));
    }

    @Test
    void boardWithoutItsTree() throws IOException {
        assertUnreadable(bytes("boards/sel_synthetic_plain.jsonl.gz"), "synthetic.plain.dtb beside the recording");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "linux/boot-00.jsonl.gz",
                "linux/content-overrun.jsonl.gz",
                "linux/vtd-untrusted-6g.jsonl.gz",
                "boards/sel_synthetic_plain.jsonl.gz"
            })
    void damagedBytesEndInCountsOrInOneMessage(String name) throws IOException {
        Files.copy(Recordings.own("boards/synthetic.plain.dtb"), folder.resolve("synthetic.plain.dtb"));
        byte[] whole = unpacked(name);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] damaged = whole.clone();
            for (int j = random.nextInt(1, 4); j > 0; j--) {
                damaged[random.nextInt(damaged.length)] = (byte) List.of('0', '9', 'f', '"', '-', '}', 'x', ' ')
                        .get(random.nextInt(8))
                        .charValue();
            }
            FileResult result = replay("damaged", damaged);
            if (result instanceof FileResult.Unreadable unreadable) {
                assertThat(unreadable.problem().getMessage())
                        .as("seed " + SEED + " mutation " + i)
                        .startsWith("DMA-1")
                        .contains("found");
            }
        }
    }
}
