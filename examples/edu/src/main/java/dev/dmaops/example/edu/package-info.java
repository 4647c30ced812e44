/** A driver of QEMU's education device: the smallest device that does DMA and interrupts. */
@NullMarked
package dev.dmaops.example.edu;

import org.jspecify.annotations.NullMarked;
