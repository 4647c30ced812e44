@NullMarked
package dev.dmaops.runtime.assembly;

import org.jspecify.annotations.NullMarked;
