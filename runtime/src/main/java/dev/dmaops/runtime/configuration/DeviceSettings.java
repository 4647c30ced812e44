package dev.dmaops.runtime.configuration;

import dev.dmaops.api.DmaRange;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;

/**
 * A device that the configuration describes, or refines when the device tree has it.
 *
 * @param id the device's id
 * @param origin where it is configured
 * @param bus which bus it is on; a device that the tree does not have needs one
 * @param mask highest address that its driver asks for
 * @param coherentMask the same for coherent memory
 * @param busLimit highest address that its bus carries
 * @param ranges windows of its bus; empty to take the device tree's, or none
 * @param backend backend to insist on
 * @param coherent whether it snoops CPU caches
 * @param untrusted whether it is behind an external port
 * @param virtio whether it is a virtio transport
 * @param noDma whether firmware says that it can do no DMA (ACPI without {@code _CCA})
 * @param maxSegmentBytes longest piece of a scatter list, in bytes
 * @param boundaryBytes what a piece never crosses, in bytes, a power of two
 * @param minAlignBytes alignment of a buffer that its bounce copy keeps, in bytes, a power of two
 */
public record DeviceSettings(
        String id,
        String origin,
        Optional<Sourced<Bus>> bus,
        Optional<Sourced<Long>> mask,
        Optional<Sourced<Long>> coherentMask,
        Optional<Sourced<Long>> busLimit,
        Optional<Sourced<List<DmaRange>>> ranges,
        Optional<Sourced<String>> backend,
        Optional<Sourced<Boolean>> coherent,
        Optional<Sourced<Boolean>> untrusted,
        Optional<Sourced<Boolean>> virtio,
        Optional<Sourced<Boolean>> noDma,
        Optional<Sourced<Long>> maxSegmentBytes,
        Optional<Sourced<Long>> boundaryBytes,
        Optional<Sourced<Long>> minAlignBytes) {}
