/** Answers of single kernel functions, asked again through a device. */
@NullMarked
package dev.dmaops.conformance.extract;

import org.jspecify.annotations.NullMarked;
