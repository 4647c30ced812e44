package dev.dmaops.spi;

/** What came of asking for contiguous machine memory. */
public sealed interface ContiguityResult permits ContiguousRegion, NoContiguousRegion {}
