/**
 * Builds a platform from its plan: machine, pools, backends, devices; and takes it down again, also half built.
 */
@NullMarked
package dev.dmaops.runtime.assembly;

import org.jspecify.annotations.NullMarked;
