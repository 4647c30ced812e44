package dev.dmaops.api;

/** What kind of address space the IOMMU core gives a device (drivers/iommu/iommu.c, 6.12). */
public enum IommuDomainType {
    /** No IOMMU in front of the device, or none that this kernel drives. */
    NONE("none"),
    /** Addresses pass unchanged: the device uses the direct path. */
    IDENTITY("identity"),
    /** Translated; an unmapped address is invalid at once. */
    DMA("dma"),
    /** Translated; invalidations are collected in a flush queue. */
    DMA_FQ("dma-fq"),
    /** The core refuses the device: it is untrusted and its driver insists on identity. */
    REFUSED("refused");

    private final String text;

    IommuDomainType(String text) {
        this.text = text;
    }

    /** Whether device addresses are translated. */
    public boolean translates() {
        return this == DMA || this == DMA_FQ;
    }

    /** The word used in configuration, JSON and tables. */
    public String text() {
        return text;
    }
}
