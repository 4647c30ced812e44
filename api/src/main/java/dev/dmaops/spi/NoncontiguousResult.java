package dev.dmaops.spi;

/** What came of an allocation of pages that need not lie together. */
public sealed interface NoncontiguousResult permits NoncontiguousAllocation, AllocationRefused {}
