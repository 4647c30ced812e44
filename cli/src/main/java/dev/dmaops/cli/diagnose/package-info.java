/**
 * From the lines of a kernel log to causes and cures: lines are grouped into complaints, the samples of a bounce pool into a
 * history, and each complaint becomes a {@link dev.dmaops.cli.diagnose.Finding} that says no more than its numbers allow.
 */
@NullMarked
package dev.dmaops.cli.diagnose;

import org.jspecify.annotations.NullMarked;
