@NullMarked
package dev.dmaops.machine.linux.vfio;

import org.jspecify.annotations.NullMarked;
