@NullMarked
package dev.dmaops.machine.linux.pci;

import org.jspecify.annotations.NullMarked;
