@NullMarked
package dev.dmaops.machine.linux;

import org.jspecify.annotations.NullMarked;
