package dev.dmaops.integration.vm;

import java.util.List;

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
            List.of("vfio", "again"));

    /** The kernel's own DMA is physical, and interrupts are not filtered. */
    static final Boot PASSTHROUGH = new Boot(
            "passthrough",
            "passthrough.sh",
            "intel-no-remapping",
            "intel_iommu=on iommu=pt vm.modules=vfio_iommu_type1,vfio-pci,device_dax,dax_hmem" + LOW_MEMORY,
            List.of("passthrough"));

    /** There is no IOMMU, and no driver of the kernel for the disk. */
    static final Boot PHYSICAL = new Boot(
            "physical", "physical.sh", "none", "vm.modules=device_dax,dax_hmem" + LOW_MEMORY, List.of("physical"));
}
