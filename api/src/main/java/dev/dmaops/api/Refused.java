package dev.dmaops.api;

/**
 * Why a mapping or allocation was not made. Nothing is held and nothing has changed.
 *
 * @param code which limit
 * @param device the device's id
 * @param bytes how many bytes were asked for
 * @param message code, device, what, limit with unit, cure and context in one line
 * @param linuxErrno the error a Linux driver would have got from dma_map_sgtable or an allocation, negative
 */
public record Refused(DmaErrorCode code, String device, long bytes, String message, int linuxErrno)
        implements MapResult {}
