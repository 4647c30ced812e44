package dev.dmaops.machine.sim;

import dev.dmaops.machine.sim.SimFault.Access;
import dev.dmaops.machine.sim.SimFault.Reason;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The part of a device that moves bytes. All it has is an address: it knows no mapping, no buffer and no backend.
 *
 * <pre>
 *   address → address lines (higher bits dropped) → bus limit → IOMMU or host bridge → RAM or registers
 * </pre>
 *
 * <p>Bytes move in order, in bursts that stay within a page. A burst whose address leads nowhere is recorded as a fault, touches
 * nothing and ends the transfer; the bursts before it have happened, as on a real bus. Addresses and lengths are bytes,
 * addresses unsigned. Any thread may call.
 */
public final class DmaEngine {
    private static final long BURST = 4096;

    private final SimDevice device;
    private final BusPath path;
    private final SimDevices devices;
    private final long addressMask;

    DmaEngine(SimDevice device, BusPath path, SimDevices devices) {
        this.device = device;
        this.path = path;
        this.devices = devices;
        addressMask = device.addressBits() == 64 ? -1L : (1L << device.addressBits()) - 1;
    }

    /** The same engine of a device that snoops. */
    DmaEngine snooping() {
        return new DmaEngine(device.snooping(), path, devices);
    }

    /** The device as hardware. */
    public SimDevice device() {
        return device;
    }

    /** What went wrong for this device. */
    public List<SimFault> faults() {
        return devices.faults().of(device.id());
    }

    /**
     * Reads memory.
     *
     * @param into filled from its start
     * @return bytes read: fewer than its length when an access failed
     */
    public long read(long dma, MemorySegment into) {
        return transfer(dma, into, Access.READ);
    }

    /**
     * Writes memory.
     *
     * @param from taken from its start
     * @return bytes written: fewer than its length when an access failed
     */
    public long write(long dma, MemorySegment from) {
        return transfer(dma, from, Access.WRITE);
    }

    private long transfer(long dma, MemorySegment buffer, Access access) {
        long bytes = buffer.byteSize();
        for (long done = 0; done < bytes; ) {
            long address = (dma + done) & addressMask;
            long physical =
                    aboveBusLimit(address) ? BusPath.fault(Reason.ABOVE_BUS_LIMIT) : path.toPhysical(address, access);
            if (!BusPath.isFault(physical)) {
                long burst = Math.min(burst(address, bytes - done), BURST - (physical & BURST - 1));
                boolean answered = access == Access.READ
                        ? devices.read(device.coherent(), physical, buffer, done, burst)
                        : devices.write(device.coherent(), buffer, done, physical, burst);
                if (answered) {
                    done += burst;
                    continue;
                }
                physical = BusPath.fault(Reason.NOT_MEMORY);
            }
            devices.faults().add(device.id(), access, address, BusPath.reason(physical));
            return done;
        }
        return bytes;
    }

    /**
     * Copies memory to memory, in bursts of at most 4096 bytes.
     *
     * @return bytes copied: fewer than asked for when an access failed
     */
    public long copy(long from, long to, long bytes) {
        MemorySegment staging = MemorySegment.ofArray(new byte[(int) Math.min(bytes, BURST)]);
        for (long done = 0; done < bytes; ) {
            MemorySegment piece = staging.asSlice(0, Math.min(BURST, bytes - done));
            long read = read(from + done, piece);
            long written = write(to + done, piece.asSlice(0, read));
            done += written;
            if (written < piece.byteSize()) {
                return done;
            }
        }
        return bytes;
    }

    /**
     * Writes the {@link SimPattern} of a seed.
     *
     * @return bytes written: fewer than asked for when an access failed
     */
    public long writePattern(long dma, long bytes, long seed) {
        MemorySegment staging = MemorySegment.ofArray(new byte[(int) Math.min(bytes, BURST)]);
        for (long done = 0; done < bytes; ) {
            MemorySegment piece = staging.asSlice(0, Math.min(BURST, bytes - done));
            SimPattern.fill(piece, seed, done);
            long written = write(dma + done, piece);
            done += written;
            if (written < piece.byteSize()) {
                return done;
            }
        }
        return bytes;
    }

    /** Bytes that differ from the {@link SimPattern} of a seed; those that could not be read count as different. */
    public long mismatches(long dma, long bytes, long seed) {
        MemorySegment staging = MemorySegment.ofArray(new byte[(int) Math.min(bytes, BURST)]);
        long wrong = 0;
        for (long done = 0; done < bytes; ) {
            MemorySegment piece = staging.asSlice(0, Math.min(BURST, bytes - done));
            long read = read(dma + done, piece);
            wrong += SimPattern.mismatches(piece.asSlice(0, read), seed, done);
            done += read;
            if (read < piece.byteSize()) {
                return wrong + bytes - done;
            }
        }
        return wrong;
    }

    /** CRC-32 of memory, 0 to 0xffffffff; -1 when an access failed. */
    public long checksum(long dma, long bytes) {
        byte[] staging = new byte[(int) Math.min(bytes, BURST)];
        CRC32 crc = new CRC32();
        for (long done = 0; done < bytes; ) {
            int piece = (int) Math.min(BURST, bytes - done);
            if (read(dma + done, MemorySegment.ofArray(staging).asSlice(0, piece)) < piece) {
                return -1;
            }
            crc.update(staging, 0, piece);
            done += piece;
        }
        return crc.getValue();
    }

    private boolean aboveBusLimit(long address) {
        return device.busLimit() != 0 && Long.compareUnsigned(address, device.busLimit()) > 0;
    }

    /** How many bytes move at once: up to the end of a page, of the address lines, of the bus and of the window. */
    private long burst(long address, long left) {
        long most = Math.min(left, BURST - (address & BURST - 1));
        most = upTo(addressMask - address, most);
        if (device.busLimit() != 0) {
            most = upTo(device.busLimit() - address, most);
        }
        return path.contiguous(address, most);
    }

    private static long upTo(long last, long most) {
        return Long.compareUnsigned(last, most) < 0 ? last + 1 : most;
    }
}
