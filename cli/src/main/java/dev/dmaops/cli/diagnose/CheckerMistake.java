package dev.dmaops.cli.diagnose;

import java.util.Arrays;
import java.util.Optional;

/** The mistakes that the checker of the DMA API (CONFIG_DMA_API_DEBUG) reports. */
enum CheckerMistake {
    FREE_ERROR(
            "free an invalid DMA memory address",
            "unmaps the error value",
            "Test each mapping with dma_mapping_error() and do not unmap one that failed."),
    FREE_UNKNOWN(
            "free DMA memory it has not allocated",
            "unmaps what is not mapped: twice, never mapped, or with another address",
            "Unmap once, with the address that map returned."),
    FREE_SIZE(
            "frees DMA memory with different size",
            "unmaps another size than it mapped",
            "Unmap with the size that was mapped."),
    FREE_FUNCTION(
            "frees DMA memory with wrong function",
            "unmaps with a function of another family",
            "Pair map_single with unmap_single, map_page with unmap_page, map_sg with unmap_sg, alloc with free."),
    FREE_CPU_ADDRESS(
            "frees DMA memory with different CPU address",
            "frees coherent memory with another CPU address than it got",
            "Free with both addresses that the allocation returned."),
    FREE_ENTRIES(
            "frees DMA sg list with different entry count",
            "unmaps a scatter list with another number of entries",
            "Unmap with the nents that was given to map, not with what map returned."),
    FREE_DIRECTION(
            "frees DMA memory with different direction",
            "unmaps in another direction than it mapped",
            "Unmap with the direction of the map: it decides what is copied back."),
    UNCHECKED(
            "failed to check map error",
            "never tested a mapping for error",
            "Call dma_mapping_error() on every address that map returns."),
    SYNC_UNKNOWN(
            "sync DMA memory it has not allocated",
            "synchronises what is not mapped",
            "Sync only between map and unmap, with the address that map returned."),
    SYNC_SIZE(
            "syncs DMA memory outside allocated range",
            "synchronises past the end of the mapping",
            "Keep offset + size inside the mapping."),
    SYNC_DIRECTION(
            "syncs DMA memory with different direction",
            "synchronises in another direction than it mapped",
            "Sync with the direction of the map."),
    SYNC_READ_ONLY(
            "syncs device read-only DMA memory for cpu",
            "synchronises for the CPU what the device only reads",
            "Leave the sync out, or map in both directions."),
    SYNC_WRITE_ONLY(
            "syncs device write-only DMA memory to device",
            "synchronises for the device what it only writes",
            "Leave the sync out, or map in both directions."),
    SYNC_ENTRIES(
            "syncs DMA sg list with different entry count",
            "synchronises a scatter list with another number of entries",
            "Sync with the nents that was given to map."),
    MAP_INVALID(
            "maps memory from invalid area",
            "maps an address that the kernel has no memory for",
            "Map memory of kmalloc or of the page allocator."),
    MAP_VMALLOC(
            "maps memory from vmalloc area",
            "maps vmalloc memory as one piece, whose pages lie anywhere",
            "Map it page by page, or take memory of kmalloc."),
    MAP_STACK(
            "maps memory from stack",
            "maps its own stack",
            "Put the buffer into memory of kmalloc: a stack can be anywhere and shares its cache lines."),
    MAP_TEXT(
            "maps memory from kernel text or rodata",
            "maps the kernel's code or constants",
            "Copy the data into memory of kmalloc."),
    SEGMENT_LENGTH(
            "segment longer than device claims to support",
            "maps a scatter list entry longer than the device said",
            "Call dma_set_max_seg_size() with what the hardware can, or make shorter entries."),
    SEGMENT_BOUNDARY(
            "segment across boundary",
            "got a segment that crosses the device's boundary",
            "Call dma_set_seg_boundary() with what the hardware can, or make shorter entries."),
    OVERLAP(
            "cacheline tracking EEXIST",
            "maps the same cache line twice at once",
            "Do not map overlapping or neighbouring buffers of one cache line for writing by the device."),
    MANY_OVERLAPS(
            "overlapping mappings of cacheline",
            "maps one cache line more than seven times at once",
            "Look for mappings that are never undone."),
    TRACKING_LOST(
            "cacheline tracking ENOMEM",
            "the checker ran out of memory and has switched itself off",
            "Boot with more memory; nothing is checked until then."),
    MEMORY_LOST(
            "debugging out of memory",
            "the checker ran out of entries and has switched itself off",
            "Boot with a larger dma_debug_entries= (65536 by default); nothing is checked until then."),
    RESOURCE_RAM(
            "called for RAM", "maps RAM as registers of a device (dma_map_resource)", "Map RAM with dma_map_page()."),
    LEFT_OVER(
            "has pending DMA allocations while released",
            "let go of the device with mappings left: a leak",
            "Undo every mapping in the driver's remove function; the line shows one of them.");

    private final String fragment;
    private final String does;
    private final String cure;

    CheckerMistake(String fragment, String does, String cure) {
        this.fragment = fragment;
        this.does = does;
        this.cure = cure;
    }

    static Optional<CheckerMistake> of(String report) {
        return Arrays.stream(values())
                .filter(mistake -> report.contains(mistake.fragment))
                .findFirst();
    }

    /** What the driver does, as the end of a sentence. */
    String does() {
        return does;
    }

    String cure() {
        return cure;
    }

    /** Whether it is the checker that is in trouble, not a driver. */
    boolean isOfChecker() {
        return this == TRACKING_LOST || this == MEMORY_LOST;
    }
}
