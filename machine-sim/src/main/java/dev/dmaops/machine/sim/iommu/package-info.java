/**
 * IOMMUs: translation tables, and the cache of translations that makes a forgotten invalidation visible.
 *
 * <p>Tables are trees of arrays whose entries are written and read with acquire and release, so that drivers map without a lock
 * while devices translate. An entry, 64 bits:
 *
 * <pre>
 *   63                                    12 11        8 7          2   1     0
 *   physical address of the page, or number  (not used)  protection  table  page
 *   of the next table
 * </pre>
 */
@NullMarked
package dev.dmaops.machine.sim.iommu;

import org.jspecify.annotations.NullMarked;
