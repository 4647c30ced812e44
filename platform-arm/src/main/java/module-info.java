/** Selection rules and hooks of arm and arm64. */
module dev.dmaops.platform.arm {
    requires transitive dev.dmaops.api;
    requires dev.dmaops.firmware;
    requires dev.dmaops.selection;
    requires static org.jspecify;
    requires static com.google.auto.service;
}
