package dev.dmaops.integration.vm;

import java.util.List;
import java.util.stream.Stream;

/**
 * One boot of the virtual machine.
 *
 * @param name what it is called in reports
 * @param script what runs in the guest
 * @param iommu which IOMMU the machine has: intel, intel-no-remapping, amd, none
 * @param words what is added to the kernel's command line
 * @param stages the stages of checks that must come to their end
 */
record Boot(String name, String script, String iommu, String words, List<String> stages) {
    private static final String LOW_MEMORY = " memmap=16M%0x8000000-1+0xefffffff";

    /** The IOMMU is on; devices come through VFIO; a process is killed during DMA. */
    static final Boot VFIO = new Boot(
            "vfio",
            "vfio.sh",
            "intel",
            "intel_iommu=on vm.modules=vfio_iommu_type1,vfio-pci,nvme,device_dax,dax_hmem" + LOW_MEMORY,
            List.of("vfio", "kill", "again", "user"));

    /** The kernel's own DMA is physical, and interrupts are not filtered. */
    static final Boot PASSTHROUGH = new Boot(
            "passthrough",
            "passthrough.sh",
            "intel-no-remapping",
            "intel_iommu=on iommu=pt vm.modules=vfio_iommu_type1,vfio-pci,device_dax,dax_hmem" + LOW_MEMORY,
            List.of("passthrough"));

    /** There is no IOMMU, and no driver of the kernel for the disk. */
    static final Boot PHYSICAL = new Boot(
            "physical",
            "physical.sh",
            "none",
            "vm.modules=device_dax,dax_hmem" + LOW_MEMORY,
            List.of("physical", "kill", "again", "plain"));

    /** An IOMMU of AMD, which the kernel uses unless it is told not to. */
    static final Boot AMD = new Boot(
            "amd",
            "amd.sh",
            "amd",
            "vm.modules=vfio_iommu_type1,vfio-pci,nvme,device_dax,dax_hmem" + LOW_MEMORY,
            List.of("amd"));

    /** Modules that Debian does not build: VFIO over iommufd, without containers. */
    static final Boot IOMMUFD = new Boot(
            "iommufd",
            "iommufd.sh",
            "intel",
            "intel_iommu=on vm.modules=irqbypass,nvme,device_dax,dax_hmem vm.extra=iommufd,vfio,vfio-pci-core,vfio-pci"
                    + LOW_MEMORY,
            List.of("iommufd", "kill", "again"));

    /** Modules that Debian does not build: VFIO's mode without an IOMMU. */
    static final Boot NO_IOMMU = new Boot(
            "noiommu",
            "noiommu.sh",
            "none",
            "vm.modules=irqbypass,nvme,device_dax,dax_hmem vm.extra=iommufd,vfio,vfio_iommu_type1,vfio-pci-core,vfio-pci"
                    + LOW_MEMORY,
            List.of("noiommu", "kill", "again"));

    private static final List<Boot> STOCK = List.of(VFIO, PASSTHROUGH, PHYSICAL, AMD);
    private static final List<Boot> ALL = List.of(VFIO, PASSTHROUGH, PHYSICAL, AMD, IOMMUFD, NO_IOMMU);

    /** Whether it needs modules that are built first. */
    boolean builtModules() {
        return words.contains("vm.extra=");
    }

    /**
     * The boots that a word asks for.
     *
     * @param word {@code off}, {@code short}, {@code stock} for all with Debian's own modules, {@code full}, or names with commas
     *     between them
     */
    static List<Boot> of(String word) {
        return switch (word) {
            case "off" -> List.of();
            case "short" -> List.of(VFIO);
            case "stock" -> STOCK;
            case "full" -> ALL;
            default -> Stream.of(word.split(",", -1)).map(Boot::named).toList();
        };
    }

    private static Boot named(String name) {
        return ALL.stream()
                .filter(boot -> boot.name.equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("dmaops.vm: expected off, short, stock, full or some of "
                                + ALL.stream().map(Boot::name).toList() + ", found " + name + "."));
    }
}
