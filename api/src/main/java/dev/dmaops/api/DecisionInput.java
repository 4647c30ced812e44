package dev.dmaops.api;

/**
 * One fact that a rule looked at.
 *
 * @param name what it is, such as {@code kernel.SWIOTLB_XEN} or {@code cmdline.swiotlb}
 * @param value what it was
 * @param origin where it came from: file and line, firmware node, command line word, default
 */
public record DecisionInput(String name, String value, String origin) {}
