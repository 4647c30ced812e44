package dev.dmaops.firmware.cmdline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Everything on a command line that concerns DMA and will not have the effect it seems to ask for. */
public final class CommandLineRemarks {
    private static final Set<String> KNOWN = Set.of(
            "swiotlb",
            "iommu",
            "iommu.passthrough",
            "iommu.strict",
            "iommu.forcedac",
            "intel_iommu",
            "amd_iommu",
            "amd_iommu_dump",
            "amd_iommu_intr",
            "coherent_pool",
            "cma",
            "cma_pernuma",
            "numa_cma");

    private CommandLineRemarks() {}

    /**
     * Looks at a command line as an x86 kernel since 6.0 reads it.
     *
     * @param commandLine the command line
     * @return the remarks in the order of the words
     */
    public static List<Remark> ofX86(KernelCommandLine commandLine) {
        return all(commandLine, IommuParameters.ofX86(commandLine).remarks());
    }

    /**
     * Looks at a command line as an arm or arm64 kernel since 6.0 reads it.
     *
     * @param commandLine the command line
     * @return the remarks in the order of the words
     */
    public static List<Remark> ofArm(KernelCommandLine commandLine) {
        return all(commandLine, IommuParameters.ofArm(commandLine).remarks());
    }

    private static List<Remark> all(KernelCommandLine commandLine, List<Remark> iommu) {
        List<Remark> remarks = new ArrayList<>(iommu);
        remarks.addAll(SwiotlbParameters.of(commandLine).remarks());
        remarks.addAll(MemoryPoolParameters.of(commandLine).remarks());
        for (KernelParameter word : commandLine.parameters()) {
            unknown(word, remarks);
        }
        int shift = commandLine.text().length() - commandLine.forInit().length();
        for (KernelParameter word :
                KernelCommandLine.parse(commandLine.forInit()).parameters()) {
            if (KNOWN.contains(name(word))) {
                remarks.add(new Remark(
                        shift + word.position(),
                        word.toString(),
                        "words after -- go to init, the kernel does not read them; put it before --"));
            }
        }
        if (commandLine.text().length() > KernelCommandLine.MAX_LENGTH) {
            remarks.add(new Remark(
                    KernelCommandLine.MAX_LENGTH,
                    commandLine.text().substring(KernelCommandLine.MAX_LENGTH),
                    "kernels cut the command line after " + KernelCommandLine.MAX_LENGTH + " characters (arm: 1023)"));
        }
        remarks.sort(Comparator.comparingInt(Remark::position));
        return List.copyOf(remarks);
    }

    private static void unknown(KernelParameter word, List<Remark> remarks) {
        String name = name(word);
        if (KNOWN.contains(name)) {
            return;
        }
        if (name.equals("xen_swiotlb")) {
            remarks.add(Remark.on(
                    word,
                    "there is no such parameter; swiotlb= sizes the pool, under Xen too, and nothing else is needed"));
        } else if (name.contains("swiotlb")) {
            remarks.add(
                    Remark.on(word, "the kernel has no such parameter; did you mean swiotlb=[slots][,areas][,force]?"));
        } else if (name.startsWith("iommu.") || name.startsWith("iommu_")) {
            remarks.add(
                    Remark.on(
                            word,
                            "the kernel has no such parameter; there are iommu.passthrough=, iommu.strict= and iommu.forcedac="));
        }
    }

    private static String name(KernelParameter word) {
        return word.name().replace('-', '_');
    }
}
