package dev.dmaops.machine.sim.xen;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.machine.sim.SimMemory;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.LinearMap;
import dev.dmaops.spi.PhysicalMemory;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What a domain's CPU finds at its physical addresses: its own memory, and at some frames pages of others.
 *
 * <p>Copies go frame by frame. A {@link #segment} over several frames exists where their bytes lie side by side, as own memory always
 * does; pages of others that do not must be taken one at a time.
 */
final class GuestMemory implements PhysicalMemory {
    private static final long IN_FRAME = BusFrames.BYTES - 1;

    private final SimMemory all;
    private final XenDomain domain;
    private final @Nullable LinearMap linear;
    private final long nativeBase;

    /**
     * A domain's memory.
     *
     * @param all the bytes of all domains
     * @param linearBytes length of own memory, when the domain's frame 0 is the first of all; 0 otherwise
     */
    GuestMemory(SimMemory all, XenDomain domain, long linearBytes) {
        this.all = all;
        this.domain = domain;
        LinearMap whole = all.linearMap();
        nativeBase = whole.nativeBase();
        linear = linearBytes == 0 ? null : new LinearMap(nativeBase, 0, linearBytes);
    }

    @Override
    public boolean isRam(long physical, long bytes) {
        if ((physical | bytes) < 0) {
            return false;
        }
        long last = bytes == 0 ? physical : physical + bytes - 1;
        for (long frame = physical >>> BusFrames.SHIFT; frame <= last >>> BusFrames.SHIFT; frame++) {
            if (domain.storedFrame(frame) == PagedLongs.NONE) {
                return false;
            }
        }
        return true;
    }

    @Override
    public MemorySegment segment(long physical, long bytes) {
        if (!isRam(physical, bytes)) {
            throw outside(physical, bytes, "is not all memory: a frame of it has nothing behind");
        }
        long at = stored(physical);
        if (!isSideBySide(physical, bytes)) {
            throw outside(
                    physical, bytes, "lies in pages of other domains that are not neighbours; take them one at a time");
        }
        return all.segment(at, bytes);
    }

    private boolean isSideBySide(long physical, long bytes) {
        long first = physical >>> BusFrames.SHIFT;
        long last = bytes == 0 ? first : (physical + bytes - 1) >>> BusFrames.SHIFT;
        return contiguousFrames(first, last - first + 1) == last - first + 1;
    }

    /** How many frames from the first on have their bytes side by side, up to a number. */
    private long contiguousFrames(long first, long most) {
        long expected = domain.storedFrame(first);
        long count = 1;
        while (count < most && domain.storedFrame(first + count) == expected + count) {
            count++;
        }
        return count;
    }

    @Override
    public long physicalAddress(MemorySegment memory) {
        if (!memory.isNative()) {
            return NOT_MACHINE_MEMORY;
        }
        long at = memory.address() - nativeBase;
        long frame = at < 0 ? PagedLongs.NONE : domain.guestOfStored(at >>> BusFrames.SHIFT);
        if (frame == PagedLongs.NONE) {
            return NOT_MACHINE_MEMORY;
        }
        long physical = (frame << BusFrames.SHIFT) | (at & IN_FRAME);
        return isRam(physical, memory.byteSize()) && isSideBySide(physical, memory.byteSize())
                ? physical
                : NOT_MACHINE_MEMORY;
    }

    @Override
    public void copy(long from, long to, long bytes) {
        requireRam(from, bytes);
        requireRam(to, bytes);
        for (long done = 0; done < bytes; ) {
            long piece = Math.min(piece(from + done, bytes - done), piece(to + done, bytes - done));
            all.copy(stored(from + done), stored(to + done), piece);
            done += piece;
        }
    }

    @Override
    public void copyIn(MemorySegment from, long fromOffset, long to, long bytes) {
        requireRam(to, bytes);
        for (long done = 0; done < bytes; ) {
            long piece = piece(to + done, bytes - done);
            all.copyIn(from, fromOffset + done, stored(to + done), piece);
            done += piece;
        }
    }

    @Override
    public void copyOut(long from, MemorySegment to, long toOffset, long bytes) {
        requireRam(from, bytes);
        for (long done = 0; done < bytes; ) {
            long piece = piece(from + done, bytes - done);
            all.copyOut(stored(from + done), to, toOffset + done, piece);
            done += piece;
        }
    }

    @Override
    public void zero(long physical, long bytes) {
        requireRam(physical, bytes);
        for (long done = 0; done < bytes; ) {
            long piece = piece(physical + done, bytes - done);
            all.zero(stored(physical + done), piece);
            done += piece;
        }
    }

    /** How many bytes from there on lie side by side. */
    private long piece(long physical, long most) {
        long first = physical >>> BusFrames.SHIFT;
        long frames = contiguousFrames(first, ((physical + most - 1) >>> BusFrames.SHIFT) - first + 1);
        return Math.min(most, (frames << BusFrames.SHIFT) - (physical & IN_FRAME));
    }

    /** Where bytes of this domain lie among those of all. */
    long stored(long physical) {
        return (domain.storedFrame(physical >>> BusFrames.SHIFT) << BusFrames.SHIFT) | (physical & IN_FRAME);
    }

    @Override
    public @Nullable LinearMap linearMap() {
        return linear;
    }

    private void requireRam(long physical, long bytes) {
        if (!isRam(physical, bytes)) {
            throw outside(physical, bytes, "is not all memory: a frame of it has nothing behind");
        }
    }

    private DmaUsageException outside(long physical, long bytes, String what) {
        return new DmaUsageException(
                DmaErrorCode.OUTSIDE_BUFFER,
                domain + ": physical=0x" + Long.toHexString(physical) + " bytes=" + bytes + " " + what + ".");
    }
}
