#include "slots.h"

#include <stdlib.h>

static uint64_t slots_for(uint64_t bytes)
{
	return (bytes >> SLOT_SHIFT) + ((bytes & (SLOT_BYTES - 1)) != 0);
}

static uint64_t max_slots(uint64_t mask)
{
	return (mask >> SLOT_SHIFT) + 1;
}

static void area_lock(struct area *area)
{
	while (atomic_exchange_explicit(&area->lock, 1, memory_order_acquire))
		while (atomic_load_explicit(&area->lock, memory_order_relaxed))
			;
}

static void area_unlock(struct area *area)
{
	atomic_store_explicit(&area->lock, 0, memory_order_release);
}

int pool_open(struct pool *pool, uint64_t start, uint32_t slots, uint32_t areas)
{
	pool->start = start;
	pool->slots = slots;
	pool->areas = areas;
	pool->area_slots = slots / areas;
	pool->slot = calloc(slots, sizeof(*pool->slot));
	pool->area = aligned_alloc(64, areas * sizeof(*pool->area));
	atomic_init(&pool->total_used, 0);
	atomic_init(&pool->high_water, 0);
	if (!pool->slot || !pool->area)
		return -1;
	for (uint32_t i = 0; i < slots; i++) {
		uint32_t in_set = SET_SLOTS - i % SET_SLOTS;

		pool->slot[i].list = in_set < slots - i ? in_set : slots - i;
		pool->slot[i].original = NO_ADDRESS;
	}
	for (uint32_t a = 0; a < areas; a++) {
		atomic_init(&pool->area[a].lock, 0);
		pool->area[a].used = 0;
		pool->area[a].index = 0;
	}
	return 0;
}

void pool_close(struct pool *pool)
{
	free(pool->slot);
	free(pool->area);
}

static void count(struct pool *pool, long n)
{
	long now = atomic_fetch_add(&pool->total_used, n) + n;
	long high = atomic_load_explicit(&pool->high_water, memory_order_relaxed);

	while (now > high && !atomic_compare_exchange_weak(&pool->high_water, &high, now))
		;
}

static int64_t search_area(struct pool *pool, const struct limits *limits, uint32_t a, uint64_t original, uint64_t bytes,
			   uint64_t alloc_align_mask)
{
	struct area *area = &pool->area[a];
	uint64_t base = pool->start & limits->boundary_mask;
	uint64_t boundary = max_slots(limits->boundary_mask);
	uint64_t keep = limits->min_align_mask;
	uint64_t offset = original & keep & (SLOT_BYTES - 1);
	uint64_t mask = alloc_align_mask;
	uint32_t n = slots_for(bytes);
	uint64_t shift = slots_for(base);
	uint64_t checked = 0;
	uint64_t at, stride;
	int64_t found = -1;

	if (!mask && !keep && bytes >= PAGE_BYTES)
		mask = PAGE_BYTES - 1;
	mask |= SLOT_BYTES - 1;
	keep &= ~mask;
	stride = max_slots(mask > keep ? mask : keep);

	area_lock(area);
	if (n > pool->area_slots - area->used)
		goto out;
	at = area->index;
	while (checked < pool->area_slots) {
		uint64_t slot = (uint64_t)a * pool->area_slots + at;
		uint64_t address = base + (slot << SLOT_SHIFT);
		uint64_t by;

		if ((address & mask) || (original && (address & keep) != (original & keep))) {
			by = 1;
		} else {
			if (((shift + slot) & (boundary - 1)) + n <= boundary && pool->slot[slot].list >= n) {
				found = slot;
				break;
			}
			by = stride;
		}
		at = at + by >= pool->area_slots ? 0 : at + by;
		checked += by;
	}
	if (found < 0)
		goto out;

	for (uint32_t i = 0; i < n; i++) {
		pool->slot[found + i].list = 0;
		pool->slot[found + i].bytes = bytes - (offset + ((uint64_t)i << SLOT_SHIFT));
	}
	uint16_t run = 0;
	for (int64_t i = found - 1; i >= 0 && i % SET_SLOTS != SET_SLOTS - 1 && pool->slot[i].list; i--)
		pool->slot[i].list = ++run;
	area->index = at + n >= pool->area_slots ? 0 : at + n;
	area->used += n;
out:
	area_unlock(area);
	if (found >= 0)
		count(pool, n);
	return found;
}

uint64_t pool_map(struct pool *pool, const struct limits *limits, unsigned cpu, uint64_t original, uint64_t size,
		  uint64_t alloc_align_mask)
{
	uint64_t offset = original & limits->min_align_mask & (alloc_align_mask | (SLOT_BYTES - 1));
	uint64_t bytes = (size + offset + alloc_align_mask) & ~alloc_align_mask;
	uint32_t start = cpu & (pool->areas - 1);
	uint32_t a = start;
	int64_t slot;

	do {
		slot = search_area(pool, limits, a, original, bytes, alloc_align_mask);
		if (slot >= 0)
			break;
		a = a + 1 >= pool->areas ? 0 : a + 1;
	} while (a != start);
	if (slot < 0)
		return NO_ADDRESS;

	uint32_t padding = offset >> SLOT_SHIFT;
	uint32_t n = slots_for(bytes);

	slot += padding;
	pool->slot[slot].padding = padding;
	for (uint32_t i = 0; i < n - padding; i++)
		pool->slot[slot + i].original = original + ((uint64_t)i << SLOT_SHIFT);
	return pool->start + ((uint64_t)slot << SLOT_SHIFT) + (offset & (SLOT_BYTES - 1));
}

void pool_unmap(struct pool *pool, const struct limits *limits, uint64_t address)
{
	uint64_t offset = address & limits->min_align_mask & (SLOT_BYTES - 1);
	int64_t first = (address - offset - pool->start) >> SLOT_SHIFT;
	uint32_t n, a;
	uint16_t run;

	first -= pool->slot[first].padding;
	n = slots_for(pool->slot[first].bytes + offset);
	a = first / pool->area_slots;

	area_lock(&pool->area[a]);
	run = first + n < (first / SET_SLOTS + 1) * SET_SLOTS && first + n < pool->slots ? pool->slot[first + n].list : 0;
	for (int64_t i = first + n - 1; i >= first; i--) {
		pool->slot[i].list = ++run;
		pool->slot[i].original = NO_ADDRESS;
		pool->slot[i].bytes = 0;
		pool->slot[i].padding = 0;
	}
	for (int64_t i = first - 1; i >= 0 && i % SET_SLOTS != SET_SLOTS - 1 && pool->slot[i].list; i--)
		pool->slot[i].list = ++run;
	pool->area[a].used -= n;
	area_unlock(&pool->area[a]);
	atomic_fetch_sub(&pool->total_used, n);
}
