/** RAM, zones, IOMMU tables and devices that move bytes, in one process. */
module dev.dmaops.machine.sim {
    requires transitive dev.dmaops.api;
    requires static org.jspecify;
    requires static com.google.auto.service;

    exports dev.dmaops.machine.sim;
    exports dev.dmaops.machine.sim.device;
    exports dev.dmaops.machine.sim.iommu;
    exports dev.dmaops.machine.sim.nvme;
    exports dev.dmaops.machine.sim.xen;

    provides dev.dmaops.spi.MachineProvider with
            dev.dmaops.machine.sim.SimMachineProvider;
}
