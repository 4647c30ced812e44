@NullMarked
package dev.dmaops.machine.linux.memory;

import org.jspecify.annotations.NullMarked;
