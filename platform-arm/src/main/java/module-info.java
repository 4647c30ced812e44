/** Selection rules and hooks of arm and arm64. */
module dev.dmaops.platform.arm {
    requires transitive dev.dmaops.api;
    requires dev.dmaops.firmware;
    requires transitive dev.dmaops.selection;
    requires static org.jspecify;
    requires static com.google.auto.service;

    exports dev.dmaops.platform.arm;

    provides dev.dmaops.spi.PlatformProvider with
            dev.dmaops.platform.arm.ArmPlatform;
}
