package dev.dmaops.trace.setup;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.dmaops.firmware.cmdline.SwiotlbParameters;
import dev.dmaops.trace.event.EventReader;
import dev.dmaops.trace.event.TraceFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code NAME.meta.json} beside {@code NAME.trace}: the pool, the limits of the devices and the kernel's own counters of the system
 * that was traced.
 *
 * @param name how the user knows it
 * @param pool the pool
 * @param devices devices by name
 * @param highWater the kernel's own high-water mark in slots, when it was taken down
 */
record MetaFile(String name, PoolFacts pool, Map<String, DeviceFacts> devices, OptionalInt highWater) {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final String HIGH_WATER = "io_tlb_used_hiwater:";
    private static final long PAGE_MASK = 0xfff;

    /** The one beside a trace, if there is one. */
    static Optional<MetaFile> beside(Path trace) {
        Path file = trace.getFileName();
        if (file == null) {
            return Optional.empty();
        }
        String base = file.toString().replaceFirst("(\\.trace)?(\\.txt)?(\\.gz|\\.xz)?$", "");
        Path meta = trace.resolveSibling(base + ".meta.json");
        return Files.isRegularFile(meta) ? Optional.of(read(meta)) : Optional.empty();
    }

    private static MetaFile read(Path file) {
        try (JsonParser json = FACTORY.createParser(file.toFile())) {
            if (json.nextToken() == null) {
                throw wrong(file, "a JSON object", "an empty file");
            }
            if (!(value(json) instanceof Map<?, ?> fields)) {
                throw wrong(file, "a JSON object", "something else");
            }
            if (json.nextToken() != null) {
                throw wrong(file, "one JSON object", "more after it");
            }
            return of(file, fields);
        } catch (JsonProcessingException e) {
            throw wrong(file, "JSON to its end", e.getOriginalMessage().replaceAll("\\s+", " "));
        } catch (IOException e) {
            throw wrong(file, "a readable file", String.valueOf(e.getMessage()));
        }
    }

    private static MetaFile of(Path file, Map<?, ?> fields) {
        String name = String.valueOf(file.getFileName());
        if (!(fields.get("pool") instanceof Map<?, ?> pool)) {
            throw wrong(file, "an object \"pool\"", "none");
        }
        PoolFacts facts = pool(file, pool, name);
        Map<String, DeviceFacts> devices = new LinkedHashMap<>();
        if (fields.get("devices") instanceof List<?> list) {
            for (Object entry : list) {
                if (entry instanceof Map<?, ?> device) {
                    devices.put(String.valueOf(device.get("name")), device(file, device, name));
                }
            }
        }
        return new MetaFile(name, facts, devices, highWater(fields));
    }

    private static PoolFacts pool(Path file, Map<?, ?> pool, String name) {
        int slots = (int) number(file, pool, "nslabs", PoolFacts.LARGEST_SLOTS);
        int areas = (int) number(file, pool, "nareas", Math.max(1, slots / SwiotlbParameters.SLOT_SET));
        if (slots > 0 && Integer.bitCount(areas) != 1) {
            throw wrong(file, "a power of two as nareas", String.valueOf(areas));
        }
        long bytes = (long) slots * SwiotlbParameters.SLOT_BYTES;
        return new PoolFacts(
                slots,
                areas,
                start(file, pool, PoolFacts.MEMORY_END - bytes),
                Boolean.TRUE.equals(pool.get("force_bounce")),
                pool.containsKey("possible_cpus")
                        ? (int) number(file, pool, "possible_cpus", EventReader.MOST_PROCESSORS)
                        : 0,
                name);
    }

    private static DeviceFacts device(Path file, Map<?, ?> device, String name) {
        return new DeviceFacts(
                mask(file, device, "min_align_mask"),
                mask(file, device, "seg_boundary"),
                Boolean.TRUE.equals(device.get("dma_iommu")) ? PAGE_MASK : 0,
                name);
    }

    private static OptionalInt highWater(Map<?, ?> fields) {
        if (fields.get("debugfs_after") instanceof List<?> lines) {
            for (Object line : lines) {
                String text = String.valueOf(line);
                int at = text.indexOf(HIGH_WATER);
                if (at >= 0 && text.substring(at + HIGH_WATER.length()).matches("\\d{1,9}")) {
                    return OptionalInt.of(Integer.parseInt(text.substring(at + HIGH_WATER.length())));
                }
            }
        }
        return OptionalInt.empty();
    }

    private static long start(Path file, Map<?, ?> pool, long most) {
        long start = number(file, pool, "pool_start");
        if (start < 0 || start > most) {
            throw wrong(file, "pool_start from 0x0 to 0x" + Long.toHexString(most), "0x" + Long.toHexString(start));
        }
        return start;
    }

    private static long mask(Path file, Map<?, ?> fields, String name) {
        long mask = number(file, fields, name);
        if ((mask & (mask + 1)) != 0) {
            throw wrong(file, "a mask of low bits as " + name, "0x" + Long.toHexString(mask));
        }
        return mask;
    }

    private static long number(Path file, Map<?, ?> fields, String name, long most) {
        long number = number(file, fields, name);
        if (number < 0 || number > most) {
            throw wrong(file, name + " from 0 to " + most, String.valueOf(number));
        }
        return number;
    }

    private static long number(Path file, Map<?, ?> fields, String name) {
        Object value = fields.get(name);
        try {
            if (value instanceof Integer || value instanceof Long) {
                return ((Number) value).longValue();
            }
            if (value instanceof String text && text.startsWith("0x")) {
                return Long.parseUnsignedLong(text.substring(2), 16);
            }
        } catch (NumberFormatException notHexadecimal) {
            throw wrong(file, name + " in hexadecimal", "\"" + value + "\"");
        }
        throw wrong(file, "a number " + name, value == null ? "none" : "\"" + value + "\"");
    }

    /** Only what is looked at here keeps its kind; the rest becomes text. */
    private static Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> fields = new LinkedHashMap<>();
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    json.nextToken();
                    fields.put(name, value(json));
                }
                yield fields;
            }
            case START_ARRAY -> {
                List<Object> items = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value(json));
                }
                yield items;
            }
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> json.getNumberValue();
            default -> String.valueOf(json.getText());
        };
    }

    private static RuntimeException wrong(Path file, String expected, String found) {
        return TraceFile.wrong(
                file.toString(),
                "cannot read the facts about the trace",
                expected,
                found,
                "Correct the file, or take it away and name the pool with --slots and --areas.");
    }
}
