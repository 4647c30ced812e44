/** Real kernel configurations: every derived symbol against the value that Linux's own tools gave it. */
@NullMarked
package dev.dmaops.conformance.config;

import org.jspecify.annotations.NullMarked;
