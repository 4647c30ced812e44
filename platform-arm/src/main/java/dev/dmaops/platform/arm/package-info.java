/** Selection rules and hooks of arm and arm64. */
@NullMarked
package dev.dmaops.platform.arm;

import org.jspecify.annotations.NullMarked;
