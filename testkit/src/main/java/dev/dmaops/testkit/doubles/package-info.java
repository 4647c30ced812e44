/**
 * Doubles with behaviour, for tests of drivers and backends without hardware.
 *
 * <table>
 *   <caption>Which one for what</caption>
 *   <tr><th>double</th><th>shows</th></tr>
 *   <tr><td>{@link dev.dmaops.testkit.doubles.AlwaysBounce}</td><td>a missing unmap or sync, as wrong data</td></tr>
 *   <tr><td>{@link dev.dmaops.testkit.doubles.ScriptedAddresses}</td><td>that a driver takes any address, such as one near the
 *       end of the space</td></tr>
 *   <tr><td>{@link dev.dmaops.testkit.doubles.FaultInjection}</td><td>that a driver copes with refusals</td></tr>
 *   <tr><td>{@link dev.dmaops.testkit.doubles.ShortWriteDevice}</td><td>that a driver looks at how much came</td></tr>
 *   <tr><td>{@link dev.dmaops.testkit.doubles.WrongWidthDevice}</td><td>that a driver states the mask its device has</td></tr>
 *   <tr><td>{@link dev.dmaops.testkit.doubles.Mutant}</td><td>that a test of a backend can fail</td></tr>
 * </table>
 */
@NullMarked
package dev.dmaops.testkit.doubles;

import org.jspecify.annotations.NullMarked;
