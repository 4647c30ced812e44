package dev.dmaops.api;

/** What came of an attempt to map: a mapping, or a refusal with its reason. */
public sealed interface MapResult permits Mapped, Refused {}
