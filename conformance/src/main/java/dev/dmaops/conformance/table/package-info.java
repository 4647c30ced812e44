/** Selection tables: one device of one booted system per row, and what its kernel decides. */
@NullMarked
package dev.dmaops.conformance.table;

import org.jspecify.annotations.NullMarked;
