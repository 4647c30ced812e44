/** Selection by both platforms, against the project's table, recordings of real boards, and cases made by hand. */
@NullMarked
package dev.dmaops.integration.selection;

import org.jspecify.annotations.NullMarked;
