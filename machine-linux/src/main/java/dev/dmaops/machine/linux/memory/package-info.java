/** Memory of a Linux host that devices may use: huge pages and memory set aside, at addresses that stay. */
@NullMarked
package dev.dmaops.machine.linux.memory;

import org.jspecify.annotations.NullMarked;
