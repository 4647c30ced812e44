package dev.dmaops.machine.linux.vfio;

import dev.dmaops.spi.MemoryRange;
import java.util.List;

/** An IOMMU's address space as the kernel gives it to user space: a VFIO container, or an address space of iommufd. */
interface AddressSpace extends AutoCloseable {
    /** Page sizes as a bit map. */
    long pageSizes();

    /** Addresses that can be mapped, ascending. Layouts differ from IOMMU to IOMMU: nothing else may be assumed. */
    List<MemoryRange> ranges();

    /**
     * Maps memory of this process and pins it.
     *
     * @param address where this process sees it
     * @param readable whether the device may read
     * @param writable whether the device may write
     * @return 0, or the negated error number
     */
    int map(long address, long iova, long bytes, boolean readable, boolean writable);

    /**
     * Unmaps whole mappings and makes devices forget them.
     *
     * @return bytes, or the negated error number
     */
    long unmap(long iova, long bytes);

    @Override
    void close();
}
