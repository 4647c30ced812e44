/*
 * slots replay FILE...          replays recordings of the kernel's own functions and compares every slot and counter
 * slots time [PERCENT RUN]      times map and unmap in pools of scattered free slots, then by two threads at once in empty pools
 *
 * A recording is the text that native/run makes of a JSON extract: "pool START SLOTS AREAS ALIGN BOUNDARY", then a line an
 * operation: "map CPU ORIGINAL SIZE ALIGN ADDRESS USED HIGH" (address -1: refused) or "unmap ADDRESS USED HIGH".
 */
#include "slots.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 400, CALLS = 5000 };

static uint64_t random_state = 1;

/* splitmix64, as the Java benchmark has it. */
static uint64_t next_random(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

static int replay(const char *name)
{
	FILE *file = fopen(name, "r");
	struct pool pool;
	struct limits limits;
	uint64_t start;
	uint32_t slots, areas;
	char word[16];
	long row = 0, wrong = 0;

	if (!file || fscanf(file, " pool %" SCNu64 " %" SCNu32 " %" SCNu32 " %" SCNu64 " %" SCNx64, &start, &slots, &areas,
			    &limits.min_align_mask, &limits.boundary_mask) != 5 || pool_open(&pool, start, slots, areas)) {
		fprintf(stderr, "%s: not a recording\n", name);
		return 1;
	}
	while (fscanf(file, "%15s", word) == 1) {
		uint64_t original, size, mask, got;
		int64_t address;
		long used, high;
		unsigned cpu;

		row++;
		if (!strcmp(word, "map")) {
			if (fscanf(file, "%u %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNd64 " %ld %ld", &cpu, &original, &size,
				   &mask, &address, &used, &high) != 7)
				return 1;
			got = pool_map(&pool, &limits, cpu, original, size, mask);
		} else {
			if (fscanf(file, "%" SCNd64 " %ld %ld", &address, &used, &high) != 3)
				return 1;
			pool_unmap(&pool, &limits, address);
			got = address;
		}
		if (got != (uint64_t)address || atomic_load(&pool.total_used) != used || atomic_load(&pool.high_water) != high) {
			printf("%s row %ld: got %" PRId64 ", recorded %" PRId64 "\n", name, row, (int64_t)got, address);
			wrong++;
		}
	}
	printf("%s: %ld rows, %ld wrong\n", name, row, wrong);
	fclose(file);
	pool_close(&pool);
	return wrong != 0 || row == 0;
}

static double now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return time.tv_sec * 1e9 + time.tv_nsec;
}

static void fill(struct pool *pool, const struct limits *limits, int percent)
{
	uint64_t *live = malloc(pool->slots * sizeof(*live));
	uint32_t left = pool->slots;

	random_state = 1;
	if (percent) {
		for (uint32_t i = 0; i < pool->slots; i++)
			live[i] = pool_map(pool, limits, 0, 0x200000000ULL, SLOT_BYTES, 0);
		while (left > (uint64_t)pool->slots * percent / 100) {
			uint32_t victim = next_random() % left;

			pool_unmap(pool, limits, live[victim]);
			live[victim] = live[--left];
		}
	}
	free(live);
}

/* The best of many short rounds: what the machine does when nobody disturbs it. */
static double best_nanos(struct pool *pool, const struct limits *limits, uint64_t bytes)
{
	double best = 1e18;
	long count = 64;

	for (int round = 0; round < 400; round++) {
		double from = now(CLOCK_MONOTONIC), took;

		for (long i = 0; i < count; i++) {
			uint64_t address = pool_map(pool, limits, 0, 0x200000000ULL, bytes, 0);

			if (address != NO_ADDRESS)
				pool_unmap(pool, limits, address);
		}
		took = now(CLOCK_MONOTONIC) - from;
		if (took < 1e6 && count < 1 << 20) {
			count *= 2;
			continue;
		}
		if (took / count < best)
			best = took / count;
	}
	return best;
}

static void time_one(int percent, int run)
{
	struct pool pool;
	struct limits limits = { 0, 0xffffffff };

	if (pool_open(&pool, 0x10000000, 32768, 1))
		exit(1);
	fill(&pool, &limits, percent);
	printf("%d %d %.1f\n", percent, run, best_nanos(&pool, &limits, run * SLOT_BYTES));
	pool_close(&pool);
}

struct worker {
	struct pool *pool;
	atomic_int *gate;
	int threads;
	unsigned cpu;
	double took[ROUNDS];
};

/* All threads start a round together, each as a processor of its own. */
static void *work(void *argument)
{
	struct worker *worker = argument;
	struct limits limits = { 0, 0xffffffff };

	for (int round = 0; round < ROUNDS; round++) {
		double from;

		atomic_fetch_add(worker->gate, 1);
		while (atomic_load(worker->gate) < worker->threads * (round + 1))
			;
		from = now(CLOCK_MONOTONIC);
		for (int i = 0; i < CALLS; i++)
			pool_unmap(worker->pool, &limits,
				   pool_map(worker->pool, &limits, worker->cpu, 0x200000000ULL, SLOT_BYTES, 0));
		worker->took[round] = (now(CLOCK_MONOTONIC) - from) / CALLS;
	}
	return NULL;
}

static int by_size(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;

	return (a > b) - (a < b);
}

/* The slower thread of a round counts, and of the rounds the slowest of the fastest quarter, as in Java. */
static void time_threads(uint32_t areas, int threads)
{
	static struct worker workers[2];
	struct pool pool;
	pthread_t other;
	atomic_int gate = 0;

	if (pool_open(&pool, 0x10000000, 32768, areas))
		exit(1);
	for (int i = 0; i < threads; i++)
		workers[i] = (struct worker){ .pool = &pool, .gate = &gate, .threads = threads, .cpu = i };
	if (threads == 2 && pthread_create(&other, NULL, work, &workers[1]))
		exit(1);
	work(&workers[0]);
	if (threads == 2)
		pthread_join(other, NULL);
	for (int round = 0; threads == 2 && round < ROUNDS; round++)
		if (workers[1].took[round] > workers[0].took[round])
			workers[0].took[round] = workers[1].took[round];
	qsort(workers[0].took, ROUNDS, sizeof(double), by_size);
	printf("threads-%d %u %.1f\n", threads, areas, workers[0].took[ROUNDS / 4]);
	pool_close(&pool);
}

int main(int argc, char **argv)
{
	static const int percents[] = { 0, 50, 90, 97 }, runs[] = { 1, 2, 16, 64 };
	int failed = 0;

	if (argc > 2 && !strcmp(argv[1], "replay")) {
		for (int i = 2; i < argc; i++)
			failed |= replay(argv[i]);
		return failed;
	}
	if (argc == 4 && !strcmp(argv[1], "time")) {
		time_one(atoi(argv[2]), atoi(argv[3]));
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "time")) {
		puts("percent run nanoseconds");
		for (int p = 0; p < 4; p++)
			for (int r = 0; r < 4; r++)
				time_one(percents[p], runs[r]);
		for (int threads = 1; threads <= 2; threads++)
			for (uint32_t areas = 1; areas <= 2; areas++)
				time_threads(areas, threads);
		return 0;
	}
	fputs("usage: slots replay FILE... | slots time [PERCENT RUN]\n", stderr);
	return 2;
}
