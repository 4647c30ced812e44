package dev.dmaops.spi;

/**
 * Which kernels can have a backend.
 *
 * @param symbol the Kconfig symbol that builds it, such as {@code SWIOTLB_XEN}
 * @param expression when it can be used, in Kconfig's language, such as {@code SWIOTLB_XEN && (ARM || ARM64)}
 * @param selects symbol that building it selects, such as {@code SWIOTLB}; empty when it selects none
 */
public record KconfigGate(String symbol, String expression, String selects) {}
