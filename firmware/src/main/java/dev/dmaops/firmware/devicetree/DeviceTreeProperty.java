package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One property of a node: a name and bytes whose meaning the reader decides.
 *
 * <p>The typed accessors check the length; a value that does not have the asked-for shape is a {@link FirmwareException} that
 * names node and property.
 */
public final class DeviceTreeProperty {
    private final DeviceTreeNode node;
    private final String name;
    private final byte[] value;
    private final int offset;

    DeviceTreeProperty(DeviceTreeNode node, String name, byte[] value, int offset) {
        this.node = node;
        this.name = name;
        this.value = value;
        this.offset = offset;
    }

    /** {@return the node this property belongs to} */
    public DeviceTreeNode node() {
        return node;
    }

    /** {@return the name} */
    public String name() {
        return name;
    }

    /** {@return the number of bytes of the value} */
    public int size() {
        return value.length;
    }

    /** {@return whether the value has no bytes: a flag, or {@code ranges} that translate nothing} */
    public boolean isEmpty() {
        return value.length == 0;
    }

    /** {@return a copy of the value} */
    public byte[] bytes() {
        return value.clone();
    }

    /** {@return the number of whole 32-bit cells in the value} */
    public int cellCount() {
        return value.length / 4;
    }

    /**
     * One cell.
     *
     * @param index counted from 0
     * @return the cell, an unsigned 32-bit number
     * @throws FirmwareException if the value has no such cell
     */
    public long cell(int index) {
        if (index < 0 || index >= cellCount()) {
            throw shape("at least " + (index + 1L) + " cells (" + (index + 1L) * 4 + " bytes)");
        }
        return Integer.toUnsignedLong(FlattenedHeader.u32(value, index * 4));
    }

    /**
     * All cells.
     *
     * @return the cells, unsigned 32-bit numbers
     * @throws FirmwareException if the length is not a multiple of 4 bytes
     */
    public long[] cells() {
        if (value.length % 4 != 0) {
            throw shape("32-bit cells, a multiple of 4 bytes");
        }
        long[] cells = new long[cellCount()];
        Arrays.setAll(cells, this::cell);
        return cells;
    }

    /**
     * A number spread over several cells, most significant first. Of more than two cells the last two count, as in Linux.
     *
     * @param index the first cell, counted from 0
     * @param count how many cells; 0 gives 0
     * @return the number, unsigned
     * @throws FirmwareException if the value is too short
     */
    public long number(int index, int count) {
        long number = 0;
        for (int i = 0; i < count; i++) {
            number = (number << 32) | cell(index + i);
        }
        return number;
    }

    /**
     * The value as one number of 32 or 64 bits.
     *
     * @return the number, unsigned
     * @throws FirmwareException if the value has neither 4 nor 8 bytes
     */
    public long u64() {
        if (value.length != 4 && value.length != 8) {
            throw shape("a number of 4 or 8 bytes");
        }
        return number(0, cellCount());
    }

    /**
     * The value as a list of strings.
     *
     * @return the strings, in order; empty for an empty value
     * @throws FirmwareException if the value does not end with a zero byte
     */
    public List<String> strings() {
        if (value.length > 0 && value[value.length - 1] != 0) {
            throw shape("strings, each ended by a zero byte");
        }
        List<String> strings = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < value.length; i++) {
            if (value[i] == 0) {
                strings.add(new String(value, from, i - from, StandardCharsets.UTF_8));
                from = i + 1;
            }
        }
        return List.copyOf(strings);
    }

    /**
     * The first string of the value.
     *
     * @return the string; the empty string for an empty value
     * @throws FirmwareException if the value does not end with a zero byte
     */
    public String string() {
        List<String> strings = strings();
        return strings.isEmpty() ? "" : strings.getFirst();
    }

    /** The error for a value that does not have the shape its reader needs. */
    FirmwareException shape(String expected) {
        return error(expected, value.length + " bytes", "Correct the property in the device tree");
    }

    FirmwareException error(String expected, String found, String cure) {
        return new FirmwareException(
                node.tree().origin(),
                node.path() + (offset < 0 ? "" : " (byte 0x%x)".formatted(offset)),
                "cannot use property " + name,
                expected,
                found,
                cure);
    }

    @Override
    public String toString() {
        return node.path() + ":" + name + " (" + value.length + " bytes)";
    }
}
