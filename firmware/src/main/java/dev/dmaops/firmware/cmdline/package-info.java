/**
 * The kernel command line, cut into words and read the way Linux 6.12 does, as far as it concerns DMA.
 *
 * <p>The kernel never refuses a command line: what it does not understand it ignores, mostly without a message. So nothing here
 * throws on bad values either. What will not have the effect it seems to ask for is listed as
 * {@link dev.dmaops.firmware.cmdline.Remark}s, to be shown to the user.
 *
 * <p>Everything is immutable and may be shared between threads. No reference is ever null.
 */
@NullMarked
package dev.dmaops.firmware.cmdline;

import org.jspecify.annotations.NullMarked;
