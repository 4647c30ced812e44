package dev.dmaops.cli.workload;

import dev.dmaops.api.AllocationFlags;
import dev.dmaops.api.CoherentBuffer;
import dev.dmaops.api.CoherentRefused;
import dev.dmaops.api.CoherentResult;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.Refused;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.machine.sim.xen.XenDomain;
import dev.dmaops.machine.sim.xen.XenMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Coherent buffers of 1 MiB until Xen has no frames that the device reaches; then another domain gives its memory back, or a buffer is
 * freed, and there must be one more. What the buffers held hold must not change meanwhile.
 */
final class ExchangeExhaustion implements Operations {
    private static final int BYTES = 1 << 20;
    private static final int ORDER = 8;
    private static final long NEIGHBOUR_BYTES = 8L << 20;
    private static final String RAN_OUT =
            "Xen ran out of frames for some device (if it did not: raise --ops, or lower machine.host-ram)";

    private final DmaDevice device;
    private final DmaEngine engine;
    private final Neighbour neighbour;
    private final DeviceTally tally;
    private final List<Held> held = new ArrayList<>();

    /** A buffer with what the CPU wrote into it. */
    private record Held(CoherentBuffer buffer, long seed) {}

    /** A domain with memory that all of the devices reach, which gives it back once, when the first of them finds no more. */
    private static final class Neighbour {
        private final XenMachine machine;
        private final XenDomain domain;
        private boolean rich = true;

        Neighbour(XenMachine machine, int addressBits) {
            this.machine = machine;
            int id = machine.host().domains().getLast().id() + 1;
            domain = machine.startDomain(id, NEIGHBOUR_BYTES, addressBits);
        }

        boolean wasAsked() {
            return !rich;
        }

        boolean givesBack() {
            boolean gives = rich;
            rich = false;
            for (long pfn = 0; gives && pfn < NEIGHBOUR_BYTES >>> 12; pfn++) {
                gives = domain.balloonOut(pfn);
            }
            return gives;
        }
    }

    private ExchangeExhaustion(DmaDevice device, DmaEngine engine, Neighbour neighbour, DeviceTally tally) {
        this.device = device;
        this.engine = engine;
        this.neighbour = neighbour;
        this.tally = tally;
    }

    /**
     * Starts the other domain.
     *
     * @param devices all that are driven
     */
    static OperationsMaker maker(XenMachine machine, List<DmaDevice> devices) {
        int narrowest =
                devices.stream().mapToInt(ExchangeExhaustion::addressBits).min().orElse(Long.SIZE);
        Neighbour neighbour = new Neighbour(machine, narrowest);
        return new OperationsMaker() {
            @Override
            public Operations of(DmaDevice device, DmaEngine engine, DeviceTally tally, long seed) {
                return new ExchangeExhaustion(device, engine, neighbour, tally);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void next(RandomGenerator random, long seed) {
        Refused refused = allocate(seed);
        if (refused == null) {
            return;
        }
        if (refused.code() != DmaErrorCode.NO_CONTIGUOUS_REGION) {
            freeHalf(random);
            return;
        }
        String says = "no block of order " + ORDER + " below 2^" + addressBits(device);
        tally.detected("the refusal says: " + says, refused.message().contains(says));
        if (neighbour.givesBack()) {
            tally.detected("memory is there again when another domain gave its back", allocate(seed + 2) == null);
        } else if (!held.isEmpty()) {
            free(random);
            tally.detected("memory is there again when a buffer was freed", allocate(seed + 2) == null);
            freeHalf(random);
        }
    }

    private @Nullable Refused allocate(long seed) {
        CoherentResult result = device.tryAllocateCoherent(BYTES, DmaAttributes.NONE, AllocationFlags.NONE);
        return switch (result) {
            case CoherentRefused(Refused refused) -> {
                tally.refused(refused.code());
                yield refused;
            }
            case CoherentBuffer buffer -> {
                tally.maps++;
                tally.translated++;
                tally.bytes += buffer.bytes();
                tally.mismatchedBytes += CoherentOperations.wrong(buffer, engine, seed);
                held.add(new Held(buffer, seed + 1));
                yield null;
            }
        };
    }

    private static int addressBits(DmaDevice device) {
        return 64 - Long.numberOfLeadingZeros(device.coherentMask().value());
    }

    private void freeHalf(RandomGenerator random) {
        for (int i = held.size() / 2; i > 0; i--) {
            free(random);
        }
    }

    private void free(RandomGenerator random) {
        free(held.remove(random.nextInt(held.size())));
    }

    private void free(Held one) {
        tally.mismatchedBytes += SimPattern.mismatches(one.buffer.segment(), one.seed)
                + engine.mismatches(one.buffer.dmaAddress().value(), one.buffer.bytes(), one.seed);
        one.buffer.close();
    }

    @Override
    public void close() {
        held.forEach(this::free);
        held.clear();
        tally.detected(RAN_OUT, neighbour.wasAsked());
        tally.detected(
                "every machine frame has one owner and none is lost",
                neighbour.machine.host().audit().isEmpty());
    }
}
