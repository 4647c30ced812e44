/** Recordings of Linux executing scripted DMA API calls: each call is made again and each answer compared. */
@NullMarked
package dev.dmaops.conformance.linux;

import org.jspecify.annotations.NullMarked;
