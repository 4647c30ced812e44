@NullMarked
package dev.dmaops.runtime.discovery;

import org.jspecify.annotations.NullMarked;
