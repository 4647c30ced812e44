/** PCI functions that a program drives itself: registers, command register, interrupts, and binding of drivers. */
@NullMarked
package dev.dmaops.machine.linux.pci;

import org.jspecify.annotations.NullMarked;
