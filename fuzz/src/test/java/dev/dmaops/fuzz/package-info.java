/**
 * Every parser on input that nobody wrote: it answers or refuses, with one line, and nothing else.
 *
 * <p>The inputs beside each test are replayed in every build. Those that once broke something are named after what they broke.
 */
@NullMarked
package dev.dmaops.fuzz;

import org.jspecify.annotations.NullMarked;
