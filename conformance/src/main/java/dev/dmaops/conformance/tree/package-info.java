/** Real device trees against the DMA properties that were listed for their nodes. */
@NullMarked
package dev.dmaops.conformance.tree;

import org.jspecify.annotations.NullMarked;
