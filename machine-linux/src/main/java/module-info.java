/** This Linux host: topology from sysfs, huge pages, pagemap, VFIO and iommufd. */
module dev.dmaops.machine.linux {
    requires transitive dev.dmaops.api;
    requires transitive dev.dmaops.firmware;
    requires static org.jspecify;
    requires static com.google.auto.service;

    exports dev.dmaops.machine.linux;
    exports dev.dmaops.machine.linux.memory;
    exports dev.dmaops.machine.linux.topology;

    provides dev.dmaops.spi.MachineProvider with
            dev.dmaops.machine.linux.LinuxMachineProvider;
}
