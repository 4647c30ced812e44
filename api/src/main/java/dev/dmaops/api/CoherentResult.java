package dev.dmaops.api;

/** What came of an attempt to allocate coherent memory. */
public sealed interface CoherentResult permits CoherentBuffer, CoherentRefused {}
