/** A driver of QEMU's education device. */
module dev.dmaops.example.edu {
    requires transitive dev.dmaops.api;
    requires static org.jspecify;

    exports dev.dmaops.example.edu;
}
