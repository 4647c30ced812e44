package dev.dmaops.machine.sim.xen;

import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.ExchangeOutcome;
import dev.dmaops.spi.PvMemoryCalls;

/** A PV domain's memory calls, answered by the host. */
final class PvCalls implements PvMemoryCalls {
    private final XenHost host;
    private final XenDomain domain;
    private final OwnRam ram;

    PvCalls(XenHost host, XenDomain domain, OwnRam ram) {
        this.host = host;
        this.domain = domain;
        this.ram = ram;
    }

    @Override
    public long frames() {
        return ram.end();
    }

    @Override
    public long bootEntry(long pfn) {
        long mfn = domain.machineFrame(pfn);
        if (mfn != BusFrames.NO_FRAME || ram.contains(pfn)) {
            return mfn;
        }
        return pfn | IDENTITY;
    }

    @Override
    public long guestFrame(long mfn) {
        return host.home(mfn);
    }

    @Override
    public int updateMapping(long pfn, long mfn) {
        synchronized (host) {
            if (mfn == BusFrames.NO_FRAME) {
                return domain.detach(pfn) == BusFrames.NO_FRAME ? XenErrors.EINVAL : 0;
            }
            if (host.owner(mfn) != domain || host.home(mfn) != pfn || domain.machineFrame(pfn) != BusFrames.NO_FRAME) {
                return XenErrors.EINVAL;
            }
            domain.attach(pfn, mfn);
            return 0;
        }
    }

    @Override
    public ExchangeOutcome exchange(long[] in, int inOrder, long[] out, int outOrder, int addressBits) {
        return Exchange.run(
                host, domain, ExchangeRequest.own(inOrder, outOrder, addressBits), GuestList.of(in), GuestList.of(out));
    }
}
