package dev.dmaops.integration.selection;

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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A recording of what Linux did with every device of a board's tree, and the system that it ran on. */
record BoardRecording(String name, DeviceTree tree, List<Map<String, Object>> rows) {
    private static final long DOM0_BYTES = 768L << 20;
    private static final int PAGE_SHIFT = 12;

    static BoardRecording read(Path file) {
        String name = file.getFileName().toString().replaceAll("^sel_|\\.jsonl\\.gz$", "");
        int mode = name.lastIndexOf('_');
        Path tree = file.resolveSibling(name.substring(0, mode) + "." + name.substring(mode + 1) + ".dtb");
        return new BoardRecording(name, DeviceTree.read(tree), JsonRows.read(file, Integer.MAX_VALUE));
    }

    Map<String, Object> header() {
        return rows.getFirst();
    }

    List<Map<String, Object>> of(String kind) {
        return rows.stream()
                .filter(row -> kind.equals(JsonRows.field(row, "t")))
                .toList();
    }

    boolean xen() {
        return Boolean.TRUE.equals(header().get("xen_domain"));
    }

    SystemDescription system() {
        return new SystemDescription(
                new Sourced<>(Architecture.ARM64, name),
                new Sourced<>(
                        KernelVersion.parse((String) JsonRows.field(header(), "release"))
                                .orElseThrow(),
                        name),
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

    static List<DmaRange> ranges(Map<String, Object> row) {
        List<DmaRange> ranges = new ArrayList<>();
        for (Object each : (List<?>) JsonRows.field(row, "dma_range_map")) {
            Map<?, ?> range = (Map<?, ?>) each;
            ranges.add(
                    new DmaRange(JsonRows.hex(range, "cpu"), JsonRows.hex(range, "dma"), JsonRows.hex(range, "size")));
        }
        return ranges;
    }

    private Hypervisor dom0() {
        return new Hypervisor(
                Hypervisor.Kind.XEN_ARM,
                Boolean.TRUE.equals(JsonRows.field(header(), "xen_initial_domain")),
                Optional.of(Boolean.TRUE.equals(JsonRows.field(header(), "auto_translated_physmap"))),
                Optional.of(Boolean.TRUE.equals(JsonRows.field(header(), "direct_mapped"))),
                Optional.of(Boolean.TRUE.equals(JsonRows.field(header(), "not_direct_mapped"))),
                false,
                Boolean.TRUE.equals(header().get("hypercall_cflush")),
                name);
    }

    /** dom0 had 768 MiB, whose ranges are not recorded; only where they end is. */
    private List<MemoryRange> dom0Memory() {
        long end = JsonRows.number(header(), "max_pfn") << PAGE_SHIFT;
        return List.of(new MemoryRange(end - DOM0_BYTES, DOM0_BYTES));
    }
}
