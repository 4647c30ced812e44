/**
 * What every reader of firmware descriptions shares: the one error type, {@link FirmwareException}.
 *
 * <p>No reference in this package or its siblings is ever null, neither as an argument nor as a result; what may be absent
 * is an {@link java.util.Optional}. Passing null fails with a {@link NullPointerException}.
 */
@NullMarked
package dev.dmaops.firmware;

import org.jspecify.annotations.NullMarked;
