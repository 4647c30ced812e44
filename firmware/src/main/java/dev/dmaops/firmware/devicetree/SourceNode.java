package dev.dmaops.firmware.devicetree;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node while its source is being read: it can still grow, and references are not numbers yet. */
final class SourceNode {
    final @Nullable SourceNode parent;
    final String name;
    final Map<String, List<Part>> properties = new LinkedHashMap<>();
    final Map<String, SourceNode> children = new LinkedHashMap<>();

    /** Where each property was written, an index into the text. */
    final Map<String, Integer> positions = new LinkedHashMap<>();

    SourceNode(@Nullable SourceNode parent, String name) {
        this.parent = parent;
        this.name = name;
    }

    /** A piece of a value. */
    sealed interface Part {}

    /** Bytes as written. */
    @SuppressWarnings("ArrayRecordComponent") // only ever written out, never compared
    record Bytes(byte... value) implements Part {}

    /** The phandle of another node, one cell. */
    record Phandle(String reference, int position) implements Part {}

    /** The path of another node, a string. */
    record Path(String reference, int position) implements Part {}

    int depth() {
        int depth = 1;
        for (SourceNode at = parent; at != null; at = at.parent) {
            depth++;
        }
        return depth;
    }

    String path() {
        List<String> names = new ArrayList<>();
        for (SourceNode at = this; at.parent != null; at = at.parent) {
            names.addFirst(at.name);
        }
        return "/" + String.join("/", names);
    }

    static byte[] cell(long value) {
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    static byte[] string(byte[] text) {
        byte[] value = new byte[text.length + 1];
        System.arraycopy(text, 0, value, 0, text.length);
        return value;
    }

    static byte[] string(String text) {
        return string(text.getBytes(StandardCharsets.UTF_8));
    }
}
