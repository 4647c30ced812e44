package dev.dmaops.runtime.configuration;

import dev.dmaops.api.DmaMask;
import dev.dmaops.api.DmaRange;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;

/** Says in code what an entry of {@code devices} says. */
public final class DeviceBuilder {
    private final String id;
    private Optional<Sourced<Bus>> bus = Optional.empty();
    private Optional<Sourced<Long>> mask = Optional.empty();
    private Optional<Sourced<Long>> coherentMask = Optional.empty();
    private Optional<Sourced<Long>> busLimit = Optional.empty();
    private Optional<Sourced<List<DmaRange>>> ranges = Optional.empty();
    private Optional<Sourced<String>> backend = Optional.empty();
    private Optional<Sourced<Boolean>> coherent = Optional.empty();
    private Optional<Sourced<Boolean>> untrusted = Optional.empty();
    private Optional<Sourced<Boolean>> virtio = Optional.empty();
    private Optional<Sourced<Boolean>> noDma = Optional.empty();
    private Optional<Sourced<Long>> maxSegmentBytes = Optional.empty();
    private Optional<Sourced<Long>> boundaryBytes = Optional.empty();
    private Optional<Sourced<Long>> minAlignBytes = Optional.empty();

    DeviceBuilder(String id) {
        this.id = id;
    }

    /** The bus; needed for a device that no device tree has. */
    public DeviceBuilder bus(Bus value) {
        bus = said(value, "bus");
        return this;
    }

    /** The mask that its driver asks for. */
    public DeviceBuilder mask(DmaMask value) {
        mask = said(value.value(), "mask");
        return this;
    }

    /** The mask that its driver asks for coherent memory. */
    public DeviceBuilder coherentMask(DmaMask value) {
        coherentMask = said(value.value(), "coherentMask");
        return this;
    }

    /** Highest address that its bus carries. */
    public DeviceBuilder busLimit(long limit) {
        busLimit = said(limit, "busLimit");
        return this;
    }

    /** Windows of its bus. */
    public DeviceBuilder ranges(DmaRange... windows) {
        ranges = said(List.of(windows), "ranges");
        return this;
    }

    /** The backend to insist on. */
    public DeviceBuilder backend(String backendId) {
        backend = said(backendId, "backend");
        return this;
    }

    /** Whether it snoops CPU caches. */
    public DeviceBuilder coherent(boolean value) {
        coherent = said(value, "coherent");
        return this;
    }

    /** Whether it is behind an external port. */
    public DeviceBuilder untrusted(boolean value) {
        untrusted = said(value, "untrusted");
        return this;
    }

    /** Whether it is a virtio transport. */
    public DeviceBuilder virtio(boolean value) {
        virtio = said(value, "virtio");
        return this;
    }

    /** Whether firmware says that it can do no DMA. */
    public DeviceBuilder noDma(boolean value) {
        noDma = said(value, "noDma");
        return this;
    }

    /** Longest piece of a scatter list, in bytes. */
    public DeviceBuilder maxSegment(long bytes) {
        maxSegmentBytes = said(bytes, "maxSegment");
        return this;
    }

    /** What a piece never crosses, in bytes, a power of two. */
    public DeviceBuilder boundary(long bytes) {
        boundaryBytes = said(bytes, "boundary");
        return this;
    }

    /** Alignment of a buffer that its bounce copy keeps, in bytes, a power of two. */
    public DeviceBuilder minAlign(long bytes) {
        minAlignBytes = said(bytes, "minAlign");
        return this;
    }

    DeviceSettings build() {
        return new DeviceSettings(
                id,
                "builder.device(" + id + ")",
                bus,
                mask,
                coherentMask,
                busLimit,
                ranges,
                backend,
                coherent,
                untrusted,
                virtio,
                noDma,
                maxSegmentBytes,
                boundaryBytes,
                minAlignBytes);
    }

    private <T> Optional<Sourced<T>> said(T value, String call) {
        return Optional.of(new Sourced<>(value, "builder.device(" + id + ")." + call));
    }
}
