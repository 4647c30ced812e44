/** Published doubles, the backend contract test, a JUnit extension. */
@NullMarked
package dev.dmaops.testkit;

import org.jspecify.annotations.NullMarked;
