/** What every backend must do, by subject: the parts of {@link dev.dmaops.testkit.DmaBackendContractTest}. */
@NullMarked
package dev.dmaops.testkit.contract;

import org.jspecify.annotations.NullMarked;
