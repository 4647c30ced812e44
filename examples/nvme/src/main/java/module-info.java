/** A driver of NVMe disks. */
module dev.dmaops.example.nvme {
    requires transitive dev.dmaops.api;
    requires static org.jspecify;

    exports dev.dmaops.example.nvme;
}
