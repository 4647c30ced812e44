/**
 * From a device tree to descriptions: which devices there are, and what the tree says about their DMA. Nothing is decided here.
 */
@NullMarked
package dev.dmaops.selection.devicetree;

import org.jspecify.annotations.NullMarked;
