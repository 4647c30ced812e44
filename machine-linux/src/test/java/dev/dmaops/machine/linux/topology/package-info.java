@NullMarked
package dev.dmaops.machine.linux.topology;

import org.jspecify.annotations.NullMarked;
