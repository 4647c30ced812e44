/** Plays configurations on the simulated machine: one that the user names, or the tour of those that come with the command. */
@NullMarked
package dev.dmaops.cli.scene;

import org.jspecify.annotations.NullMarked;
