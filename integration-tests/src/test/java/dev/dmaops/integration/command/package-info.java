/** The command as a user runs it, with real backends, platforms and the simulated machine behind it. */
@NullMarked
package dev.dmaops.integration.command;

import org.jspecify.annotations.NullMarked;
