/**
 * The rules that more than one architecture follows, as tables: the bounce pool, the IOMMU core, firmware's limits, Xen's grants,
 * dispatch, and what the outcome is called here.
 *
 * <p>Facts are those of Linux 6.12; where other releases differ, a rule says since when or until when it holds. Rule ids are stable.
 */
@NullMarked
package dev.dmaops.selection.rules;

import org.jspecify.annotations.NullMarked;
