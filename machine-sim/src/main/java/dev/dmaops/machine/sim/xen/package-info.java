/**
 * Xen below the kernel: domains and their frames, exchange, grants, pages of others.
 *
 * <pre>
 *   kernel   pfn ──(what the kernel's tables say)── mfn ──(whose, and which of its pfns)── bytes
 *   device                        machine address ── mfn ──(the same)────────────────────── bytes
 * </pre>
 *
 * <p>Every domain's bytes lie in one stretch by the domain's own frame numbers, as its CPU sees them; a device that has a machine
 * address gets to them through the frame's owner. So a kernel that gives a device its own frame number, where the two differ, gives
 * it somebody else's bytes or none.
 */
@NullMarked
package dev.dmaops.machine.sim.xen;

import org.jspecify.annotations.NullMarked;
