/** Rules of the house that no single module can check: gates, edges between modules, layering. */
@NullMarked
package dev.dmaops.integration.house;

import org.jspecify.annotations.NullMarked;
