package dev.dmaops.spi;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The bytes behind physical addresses, as the CPU sees them.
 *
 * <p>Every method may be called from any thread. Segments are views: they live as long as the machine.
 */
public interface PhysicalMemory {
    /** What {@link #physicalAddress} returns for memory that no physical address leads to. */
    long NOT_MACHINE_MEMORY = -1L;

    /** Whether all these bytes are RAM of this machine. */
    boolean isRam(long physical, long bytes);

    /**
     * The bytes of a physical range.
     *
     * @throws dev.dmaops.api.DmaUsageException OUTSIDE_BUFFER when they are not all RAM
     */
    MemorySegment segment(long physical, long bytes);

    /** The physical address of a buffer's first byte, when the whole buffer is contiguous machine memory, else {@link #NOT_MACHINE_MEMORY}. */
    long physicalAddress(MemorySegment memory);

    /** Copies RAM to RAM; both ranges must be RAM and must not overlap. */
    void copy(long from, long to, long bytes);

    /** Copies a buffer that is not machine memory into RAM. */
    void copyIn(MemorySegment from, long fromOffset, long to, long bytes);

    /** Copies RAM into a buffer that is not machine memory. */
    void copyOut(long from, MemorySegment to, long toOffset, long bytes);

    /** Zeroes RAM. */
    void zero(long physical, long bytes);

    /** The one stretch of native memory in which all RAM lies, or null when RAM is scattered. */
    default @Nullable LinearMap linearMap() {
        return null;
    }
}
