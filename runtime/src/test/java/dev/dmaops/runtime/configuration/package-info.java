@NullMarked
package dev.dmaops.runtime.configuration;

import org.jspecify.annotations.NullMarked;
