package dev.dmaops.machine.linux.topology;

/** Whether an IOMMU stands in front of a device. */
public enum IommuState {
    /** One does: the device is in a group of it. */
    PRESENT("present"),
    /** None does: the addresses that the device uses are physical. */
    ABSENT("none"),
    /**
     * It cannot be seen yet: the device tree leads to an IOMMU, but a device gets its group only when a driver first binds, and none
     * has.
     */
    UNKNOWN("unknown");

    private final String text;

    IommuState(String text) {
        this.text = text;
    }

    /** The word used in reports. */
    public String text() {
        return text;
    }
}
