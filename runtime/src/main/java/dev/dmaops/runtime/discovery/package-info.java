/**
 * Finds backends, pools, machines and platforms with {@link java.util.ServiceLoader}, on the class path and on the module path.
 */
@NullMarked
package dev.dmaops.runtime.discovery;

import org.jspecify.annotations.NullMarked;
