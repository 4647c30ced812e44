/** Rows of recordings: reading them, what each kind of row holds, and comparing what is recorded with what we answer. */
@NullMarked
package dev.dmaops.conformance.row;

import org.jspecify.annotations.NullMarked;
