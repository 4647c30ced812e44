/** Selection rules that both platforms share. */
@NullMarked
package dev.dmaops.selection;

import org.jspecify.annotations.NullMarked;
