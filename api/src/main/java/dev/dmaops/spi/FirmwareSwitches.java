package dev.dmaops.spi;

/**
 * What a PC's firmware says that switches an Intel IOMMU on although the kernel was told to leave it off (intel_iommu_init, 6.12).
 *
 * @param dmaProtectionOptIn the DMAR table asks for protection against DMA from external ports
 * @param measuredLaunch the kernel was started by Intel TXT
 */
public record FirmwareSwitches(boolean dmaProtectionOptIn, boolean measuredLaunch) {
    /** Firmware says nothing. */
    public static final FirmwareSwitches NONE = new FirmwareSwitches(false, false);
}
