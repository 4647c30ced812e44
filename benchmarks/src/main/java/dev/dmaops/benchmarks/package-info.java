/** JMH benchmarks of the hot paths. */
@NullMarked
package dev.dmaops.benchmarks;

import org.jspecify.annotations.NullMarked;
