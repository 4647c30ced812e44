@NullMarked
package dev.dmaops.machine.linux.calls;

import org.jspecify.annotations.NullMarked;
