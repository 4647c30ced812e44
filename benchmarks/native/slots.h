/*
 * The slot allocator of a bounce pool in the plain form that a kernel has it: one record a slot, free runs counted in the
 * records, a scan from slot to slot. Written from the project's own description of the rules, for comparison with the Java pool.
 */
#ifndef DMAOPS_SLOTS_H
#define DMAOPS_SLOTS_H

#include <stdatomic.h>
#include <stdint.h>

#define SLOT_SHIFT 11
#define SLOT_BYTES (1ULL << SLOT_SHIFT)
#define SET_SLOTS 128U
#define PAGE_BYTES 4096ULL
#define NO_ADDRESS UINT64_MAX

/* What is known of one slot. */
struct slot {
	uint64_t original;      /* address of the original, or NO_ADDRESS */
	uint64_t bytes;         /* bytes of the allocation from here on */
	uint16_t list;          /* free slots from here on within the set */
	uint16_t padding;       /* slots in front that belong to the allocation */
};

/* A part of the pool with a lock of its own. */
struct area {
	_Alignas(64) atomic_int lock;
	uint32_t used;
	uint32_t index;         /* where the next search starts */
};

struct pool {
	uint64_t start;         /* physical address of the first slot, equal to its DMA address */
	uint32_t slots;
	uint32_t areas;
	uint32_t area_slots;
	struct slot *slot;
	struct area *area;
	atomic_long total_used;
	atomic_long high_water;
};

/* What a device asks of its bounce buffers. */
struct limits {
	uint64_t min_align_mask;
	uint64_t boundary_mask;
};

int pool_open(struct pool *pool, uint64_t start, uint32_t slots, uint32_t areas);
void pool_close(struct pool *pool);

/* The address of a bounce buffer for an original, or NO_ADDRESS. */
uint64_t pool_map(struct pool *pool, const struct limits *limits, unsigned cpu, uint64_t original, uint64_t size,
		  uint64_t alloc_align_mask);

/* Gives the slots of a bounce buffer back. */
void pool_unmap(struct pool *pool, const struct limits *limits, uint64_t address);

#endif
