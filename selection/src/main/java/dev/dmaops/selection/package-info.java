/**
 * The engine of backend selection.
 *
 * <p>The kernel's procedure is written as data: {@link dev.dmaops.selection.Rule rules} with stable ids, kernel versions, a source,
 * a condition over {@link dev.dmaops.selection.Facts facts} and a conclusion, ordered in {@link dev.dmaops.selection.RuleTable
 * tables}, one for each question. {@link dev.dmaops.selection.Selection} runs the tables of an architecture and turns every rule that
 * fired into a decision with the facts it looked at.
 */
@NullMarked
package dev.dmaops.selection;

import org.jspecify.annotations.NullMarked;
