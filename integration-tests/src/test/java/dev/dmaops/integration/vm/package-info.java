/** Real DMA on a real kernel in a virtual machine: the checks that run inside, and the test that boots them. */
@NullMarked
package dev.dmaops.integration.vm;

import org.jspecify.annotations.NullMarked;
