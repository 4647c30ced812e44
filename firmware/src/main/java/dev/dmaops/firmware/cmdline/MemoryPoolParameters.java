package dev.dmaops.firmware.cmdline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Memory that the command line sets aside for coherent DMA (Linux 6.12 kernel/dma/pool.c and contiguous.c). Sizes are numbers of
 * bytes with an optional unit K, M, G, T, P or E; of a parameter that occurs more than once the last counts, except for
 * {@code numa_cma}, whose nodes add up.
 *
 * @param coherentPool {@code coherent_pool=}: size of each pool for allocations that cannot wait, in bytes
 * @param cma {@code cma=}: the contiguous memory area
 * @param cmaPerNode {@code cma_pernuma=}: size of an area on every NUMA node, in bytes
 * @param cmaOfNode {@code numa_cma=}: size of an area on one NUMA node, in bytes, by node number
 * @param remarks what will not do what it seems to ask for
 */
public record MemoryPoolParameters(
        OptionalLong coherentPool,
        Optional<Area> cma,
        OptionalLong cmaPerNode,
        Map<Integer, Long> cmaOfNode,
        List<Remark> remarks) {
    /** More nodes no kernel is built for. */
    private static final int MAX_NODES = 1024;

    /** Copies the collections. */
    public MemoryPoolParameters {
        cmaOfNode = Map.copyOf(cmaOfNode);
        remarks = List.copyOf(remarks);
    }

    /**
     * Size and place of the contiguous memory area: {@code size[@base[-limit]]}.
     *
     * @param size number of bytes; 0 asks for none
     * @param base lowest physical address; empty if the kernel chooses
     * @param limit address it has to end below; with a base alone, base and size
     */
    public record Area(long size, OptionalLong base, OptionalLong limit) {}

    /**
     * Reads a command line.
     *
     * @param commandLine the command line
     * @return what it sets aside
     */
    public static MemoryPoolParameters of(KernelCommandLine commandLine) {
        List<Remark> remarks = new ArrayList<>();
        OptionalLong coherentPool = bytes(commandLine, "coherent_pool", remarks);
        OptionalLong cmaPerNode = bytes(commandLine, "cma_pernuma", remarks);
        Optional<Area> cma = Optional.empty();
        for (KernelParameter word : commandLine.all("cma").toList()) {
            if (word.value().isPresent()) {
                cma = Optional.of(area(word, remarks));
            } else {
                remarks.add(Remark.on(word, "the kernel ignores cma without a size"));
            }
        }
        Map<Integer, Long> nodes = new TreeMap<>();
        for (KernelParameter word : commandLine.all("numa_cma").toList()) {
            nodes(word, nodes, remarks);
        }
        return new MemoryPoolParameters(coherentPool, cma, cmaPerNode, nodes, remarks);
    }

    private static OptionalLong bytes(KernelCommandLine commandLine, String name, List<Remark> remarks) {
        OptionalLong result = OptionalLong.empty();
        for (KernelParameter word : commandLine.all(name).toList()) {
            if (word.value().isEmpty()) {
                remarks.add(Remark.on(word, "the kernel needs a size here and does not check for it"));
                continue;
            }
            KernelNumbers value = new KernelNumbers(word.value().get());
            boolean number = value.seesDigit();
            result = OptionalLong.of(value.bytes());
            rest(word, value, number, remarks);
        }
        return result;
    }

    private static Area area(KernelParameter word, List<Remark> remarks) {
        KernelNumbers value = new KernelNumbers(word.value().orElse(""));
        boolean number = value.seesDigit();
        long size = value.bytes();
        OptionalLong base = OptionalLong.empty();
        OptionalLong limit = OptionalLong.empty();
        if (value.take('@')) {
            base = OptionalLong.of(value.bytes());
            limit = OptionalLong.of(value.take('-') ? value.bytes() : base.getAsLong() + size);
        }
        rest(word, value, number, remarks);
        return new Area(size, base, limit);
    }

    private static void nodes(KernelParameter word, Map<Integer, Long> nodes, List<Remark> remarks) {
        KernelNumbers value = new KernelNumbers(word.value().orElse(""));
        while (!value.rest().isEmpty()) {
            Optional<Long> node = value.decimal();
            if (node.isEmpty() || !value.take(':') || Long.compareUnsigned(node.get(), MAX_NODES) >= 0) {
                remarks.add(Remark.on(
                        word, "the kernel stops at '" + value.rest() + "': the form is node:size[,node:size…]"));
                return;
            }
            nodes.put(node.get().intValue(), value.bytes());
            if (!value.take(',')) {
                rest(word, value, true, remarks);
                return;
            }
        }
    }

    private static void rest(KernelParameter word, KernelNumbers value, boolean number, List<Remark> remarks) {
        if (!number) {
            remarks.add(Remark.on(word, "the kernel reads no number here and takes 0"));
        } else if (!value.rest().isEmpty()) {
            remarks.add(Remark.on(
                    word,
                    "the kernel ignores '" + value.rest()
                            + "' without a message; units are single letters, K M G T P E"));
        }
    }
}
