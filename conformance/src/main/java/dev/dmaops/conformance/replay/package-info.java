/** What the kinds of recordings have in common: files, packed or not, and the protocol of a replay. */
@NullMarked
package dev.dmaops.conformance.replay;

import org.jspecify.annotations.NullMarked;
