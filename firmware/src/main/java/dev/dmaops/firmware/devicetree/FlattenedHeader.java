package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The header of a flattened tree, checked: every block lies inside the tree and inside the bytes that were given.
 *
 * <pre>
 *  0 magic        4 totalsize     8 off_dt_struct  12 off_dt_strings  16 off_mem_rsvmap
 * 20 version     24 last_comp_version  28 boot_cpuid_phys  32 size_dt_strings  36 size_dt_struct (version 17)
 * </pre>
 *
 * @param version version of the format, 16 or more
 * @param structStart first byte of the structure block
 * @param structEnd one past its last byte
 * @param stringsStart first byte of the strings block
 * @param stringsEnd one past its last byte
 * @param reservations first byte of the memory reservation block
 * @param totalSize number of bytes of the whole tree
 */
record FlattenedHeader(
        int version,
        int structStart,
        int structEnd,
        int stringsStart,
        int stringsEnd,
        int reservations,
        int totalSize) {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final int MAGIC = 0xd00dfeed;
    private static final int SIZE_V16 = 36;
    private static final int SIZE_V17 = 40;

    static FlattenedHeader read(byte[] blob, String origin) {
        return new Reading(blob, origin).header();
    }

    /** Big-endian 32-bit number at an offset that is known to be in range. */
    static int u32(byte[] blob, int at) {
        return (int) INT.get(blob, at);
    }

    private static final class Reading {
        private static final String REBUILD = "Rebuild the tree with a current device tree compiler";

        private final byte[] blob;
        private final String origin;

        Reading(byte[] blob, String origin) {
            this.blob = blob;
            this.origin = origin;
        }

        FlattenedHeader header() {
            if (blob.length >= 4 && u32(blob, 0) != MAGIC) {
                throw bad(
                        0, "magic 0xd00dfeed", "0x%08x".formatted(u32(blob, 0)), "Give a flattened device tree (.dtb)");
            }
            need(SIZE_V16);
            int version = u32(blob, 20);
            int lastCompatible = u32(blob, 24);
            if (version < 16) {
                throw bad(20, "format version 16 or more", Integer.toUnsignedString(version), REBUILD);
            }
            if (lastCompatible < 0 || lastCompatible > 17) {
                throw bad(
                        24,
                        "a format readable by version 17 readers",
                        "last compatible version " + Integer.toUnsignedString(lastCompatible),
                        REBUILD);
            }
            need(version >= 17 ? SIZE_V17 : SIZE_V16);
            int headerSize = version >= 17 ? SIZE_V17 : SIZE_V16;
            int total = u32(blob, 4);
            if (total < 0 || total > DeviceTree.MAX_BYTES) {
                throw bad(
                        4,
                        "a total size of at most " + DeviceTree.MAX_BYTES + " bytes",
                        Integer.toUnsignedString(total) + " bytes",
                        "Give one device tree, not an image that contains it");
            }
            if (total < headerSize) {
                throw bad(4, "a total size of at least " + headerSize + " bytes", total + " bytes", REBUILD);
            }
            if (total > blob.length) {
                throw bad(
                        4,
                        "as many bytes as the total size says (" + total + ")",
                        blob.length + " bytes",
                        "The file is truncated; copy it again");
            }
            int reservations = block(16, "memory reservation block", total, headerSize, 8);
            int structure = block(8, "structure block", total, headerSize, 4);
            int strings = block(12, "strings block", total, headerSize, 1);
            int stringsEnd = end(32, "strings block", strings, total);
            // Version 16 does not say how long the structure block is; it ends by its own end token.
            int structureEnd = version >= 17 ? end(36, "structure block", structure, total) : total;
            return new FlattenedHeader(version, structure, structureEnd, strings, stringsEnd, reservations, total);
        }

        private void need(int bytes) {
            if (blob.length < bytes) {
                throw bad(
                        0,
                        "a header of " + bytes + " bytes",
                        blob.length + " bytes",
                        "The file is truncated or empty; copy it again");
            }
        }

        private int block(int field, String name, int total, int headerSize, int alignment) {
            int at = u32(blob, field);
            if (at < headerSize || at > total) {
                throw bad(
                        field,
                        "the " + name + " between byte 0x%x and 0x%x".formatted(headerSize, total),
                        "offset 0x%x".formatted(at),
                        REBUILD);
            }
            if (at % alignment != 0) {
                throw bad(
                        field,
                        "the " + name + " at a multiple of " + alignment + " bytes",
                        "offset 0x%x".formatted(at),
                        REBUILD);
            }
            return at;
        }

        private int end(int field, String name, int start, int total) {
            int size = u32(blob, field);
            if (size < 0 || size > total - start) {
                throw bad(
                        field,
                        "a " + name + " of at most " + (total - start) + " bytes",
                        Integer.toUnsignedString(size) + " bytes",
                        REBUILD);
            }
            return start + size;
        }

        private FirmwareException bad(int at, String expected, String found, String cure) {
            return new FirmwareException(
                    origin, "byte 0x%x".formatted(at), "cannot read the device tree header", expected, found, cure);
        }
    }
}
