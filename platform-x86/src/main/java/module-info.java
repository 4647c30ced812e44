/** Selection rules and hooks of x86. */
module dev.dmaops.platform.x86 {
    requires transitive dev.dmaops.api;
    requires dev.dmaops.firmware;
    requires transitive dev.dmaops.selection;
    requires static org.jspecify;
    requires static com.google.auto.service;

    exports dev.dmaops.platform.x86;

    provides dev.dmaops.spi.PlatformProvider with
            dev.dmaops.platform.x86.X86Platform;
}
