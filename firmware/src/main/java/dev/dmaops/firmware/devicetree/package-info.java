/**
 * Device trees, read into immutable values, and what Linux 6.12 concludes from them about DMA.
 *
 * <p>{@link dev.dmaops.firmware.devicetree.DeviceTree} is the way in: a flattened tree ({@code .dtb}) from a file or from memory;
 * {@link dev.dmaops.firmware.devicetree.DeviceTreeSource} reads plain source ({@code .dts}) and
 * {@link dev.dmaops.firmware.devicetree.DeviceTreeWriter} makes flattened trees. The other types answer one question each about
 * a node: its DMA windows, its coherence, its IOMMU, its restricted pool, the name of its device. They state facts only;
 * which backend follows from them is decided elsewhere.
 *
 * <p>Addresses and sizes are unsigned 64-bit numbers of bytes held in {@code long}; cells are unsigned 32-bit numbers.
 * Everything here is immutable and may be shared between threads. No reference is ever null. A tree that cannot be used is
 * reported as one {@link dev.dmaops.firmware.FirmwareException}.
 */
@NullMarked
package dev.dmaops.firmware.devicetree;

import org.jspecify.annotations.NullMarked;
