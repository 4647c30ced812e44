package dev.dmaops.integration.selection;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.dmaops.api.DmaRange;
import dev.dmaops.firmware.devicetree.DeviceTree;
import dev.dmaops.firmware.kconfig.BuiltinConfigs;
import dev.dmaops.firmware.kconfig.KernelArchitecture;
import dev.dmaops.selection.KernelConfigs;
import dev.dmaops.selection.devicetree.DeviceTreeDevices;
import dev.dmaops.selection.devicetree.DeviceTreeMemory;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.MemoryEncryption;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Policy;
import dev.dmaops.spi.Sourced;
import dev.dmaops.spi.SystemDescription;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** A recording of what Linux did with every device of a board's tree, and the system that it ran on. */
record BoardRecording(String name, DeviceTree tree, List<Map<String, Object>> rows) {
    private static final long DOM0_BYTES = 768L << 20;
    private static final int PAGE_SHIFT = 12;

    static BoardRecording read(Path file) {
        String name = file.getFileName().toString().replaceAll("^sel_|\\.jsonl\\.gz$", "");
        int mode = name.lastIndexOf('_');
        Path tree = file.resolveSibling(name.substring(0, mode) + "." + name.substring(mode + 1) + ".dtb");
        List<Map<String, Object>> rows = new ArrayList<>();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file));
                JsonParser json = JsonFactory.builder().build().createParser(in)) {
            while (json.nextToken() == JsonToken.START_OBJECT) {
                rows.add(object(json));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
        return new BoardRecording(name, DeviceTree.read(tree), rows);
    }

    Map<String, Object> header() {
        return rows.getFirst();
    }

    List<Map<String, Object>> of(String kind) {
        return rows.stream().filter(row -> kind.equals(field(row, "t"))).toList();
    }

    boolean xen() {
        return Boolean.TRUE.equals(header().get("xen_domain"));
    }

    SystemDescription system() {
        return new SystemDescription(
                new Sourced<>(Architecture.ARM64, name),
                new Sourced<>(
                        KernelVersion.parse((String) field(header(), "release")).orElseThrow(), name),
                KernelConfigs.view(BuiltinConfigs.of(KernelArchitecture.ARM64).orElseThrow()),
                new Sourced<>("", name),
                xen() ? dom0() : Hypervisor.NONE,
                Sourced.byDefault(MemoryEncryption.NONE),
                xen() ? dom0Memory() : DeviceTreeMemory.ram(tree),
                Optional.empty(),
                DeviceTreeDevices.dmaLimit(tree).map(limit -> new Sourced<>(limit, name)),
                new Sourced<>(1, name),
                4096,
                Sourced.byDefault(Policy.AS_LINUX));
    }

    /** A field that every row of its kind has; one that the recording leaves empty is an empty {@link Optional}. */
    static Object field(Map<?, ?> row, String name) {
        return Objects.requireNonNull(row.get(name), name);
    }

    static List<DmaRange> ranges(Map<String, Object> row) {
        List<DmaRange> ranges = new ArrayList<>();
        for (Object each : (List<?>) field(row, "dma_range_map")) {
            Map<?, ?> range = (Map<?, ?>) each;
            ranges.add(new DmaRange(hex(field(range, "cpu")), hex(field(range, "dma")), hex(field(range, "size"))));
        }
        return ranges;
    }

    static long hex(Object value) {
        return Long.parseUnsignedLong(((String) value).substring(2), 16);
    }

    private Hypervisor dom0() {
        return new Hypervisor(
                Hypervisor.Kind.XEN_ARM,
                Boolean.TRUE.equals(field(header(), "xen_initial_domain")),
                Optional.of(Boolean.TRUE.equals(field(header(), "auto_translated_physmap"))),
                Optional.of(Boolean.TRUE.equals(field(header(), "direct_mapped"))),
                Optional.of(Boolean.TRUE.equals(field(header(), "not_direct_mapped"))),
                false,
                Boolean.TRUE.equals(header().get("hypercall_cflush")),
                name);
    }

    /** dom0 had 768 MiB, whose ranges are not recorded; only where they end is. */
    private List<MemoryRange> dom0Memory() {
        long end = ((Number) field(header(), "max_pfn")).longValue() << PAGE_SHIFT;
        return List.of(new MemoryRange(end - DOM0_BYTES, DOM0_BYTES));
    }

    private static Map<String, Object> object(JsonParser json) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            json.nextToken();
            values.put(key, value(json));
        }
        return values;
    }

    private static Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> object(json);
            case START_ARRAY -> {
                List<Object> values = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    values.add(value(json));
                }
                yield values;
            }
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> json.getNumberValue();
            case VALUE_NULL -> Optional.empty();
            default -> json.getText();
        };
    }
}
