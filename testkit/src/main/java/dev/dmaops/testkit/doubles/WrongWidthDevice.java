package dev.dmaops.testkit.doubles;

import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimMachine;

/**
 * A device with fewer address lines than its driver says: it drops the higher bits without notice, as such hardware does, and
 * reaches other memory than it was told to.
 *
 * <p>For tests that prove that a driver states the right mask, or that a checker finds a wrong one.
 */
public final class WrongWidthDevice {
    private final DmaEngine engine;

    private WrongWidthDevice(DmaEngine engine) {
        this.engine = engine;
    }

    /**
     * Takes lines away from a device of a machine.
     *
     * @param device the device's id
     * @param realBits the lines that are really there
     */
    public static WrongWidthDevice inPlaceOf(SimMachine machine, String device, int realBits) {
        return new WrongWidthDevice(machine.devices()
                .attach(machine.devices().engine(device).device().withAddressBits(realBits)));
    }

    /** The device's DMA engine from now on. */
    public DmaEngine engine() {
        return engine;
    }

    /** Where the device goes when it is given an address. */
    public long drives(long dma) {
        int bits = engine.device().addressBits();
        return bits == 64 ? dma : dma & ((1L << bits) - 1);
    }
}
