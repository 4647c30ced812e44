@NullMarked
package dev.dmaops.runtime.description;

import org.jspecify.annotations.NullMarked;
