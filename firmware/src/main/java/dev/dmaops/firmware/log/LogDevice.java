package dev.dmaops.firmware.log;

/**
 * The device that a line is about.
 *
 * @param name its name, such as {@code 0000:03:00.0}; empty if the line does not say
 * @param driver the driver that holds it, or its bus where no driver does; empty if the line does not say
 */
public record LogDevice(String name, String driver) {
    /** No device is named. */
    public static final LogDevice UNKNOWN = new LogDevice("", "");

    /** What the kernel prints for a missing device. */
    private static final String NULL_DEVICE = "(NULL device *)";

    /** What the checker of the DMA API prints for it. */
    private static final String NULL_NAME = "NULL";

    /**
     * Reads the driver and the name that the kernel puts in front of a message about a device.
     *
     * @param prefix what stands in front of the message: {@code nvme 0000:03:00.0: }
     * @return the device
     */
    static LogDevice before(String prefix) {
        String text = prefix.strip();
        while (text.endsWith(":")) {
            text = text.substring(0, text.length() - 1).strip();
        }
        if (text.isEmpty() || text.endsWith(NULL_DEVICE)) {
            return UNKNOWN;
        }
        int blank = text.lastIndexOf(' ');
        String name = text.substring(blank + 1);
        if (name.equals(NULL_NAME)) {
            return UNKNOWN;
        }
        String rest = blank < 0 ? "" : text.substring(0, blank).strip();
        String driver = rest.substring(rest.lastIndexOf(' ') + 1);
        return new LogDevice(name, driver.endsWith(":") ? "" : driver);
    }

    /** {@return whether the line says which device it is about} */
    public boolean known() {
        return !name.isEmpty();
    }
}
