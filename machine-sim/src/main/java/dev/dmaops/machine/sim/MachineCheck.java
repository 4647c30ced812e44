package dev.dmaops.machine.sim;

import dev.dmaops.api.ConfigurationProblem;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.spi.MachineRequest;
import dev.dmaops.spi.MemoryRange;
import java.util.ArrayList;
import java.util.List;

/** Finds everything that makes a machine impossible, before anything of it is made. */
final class MachineCheck {
    /** As much address space as a process has to spare on every host. */
    private static final long HIGHEST_END = 1L << 46;

    private final List<ConfigurationProblem> problems = new ArrayList<>();

    private MachineCheck() {}

    /**
     * Checks.
     *
     * @throws DmaConfigurationException BAD_MACHINE with every problem
     */
    static void check(MachineRequest request) {
        MachineCheck check = new MachineCheck();
        check.pageSize(request.pageBytes());
        check.ram(request);
        check.zones(request);
        check.processors(request);
        if (!check.problems.isEmpty()) {
            throw new DmaConfigurationException(check.problems);
        }
    }

    private void pageSize(long bytes) {
        if (bytes != 4096 && bytes != 16384 && bytes != 65536) {
            problem(
                    "machine.page-size",
                    "page size of " + bytes
                            + " bytes: expected 4096, 16384 or 65536. Take the page size of the kernel.");
        }
    }

    private void ram(MachineRequest request) {
        if (request.ram().isEmpty()) {
            problem("machine.ram", "no RAM: expected at least one range. Give the machine memory.");
        }
        long page = Math.max(1, request.pageBytes());
        for (int i = 0; i < request.ram().size(); i++) {
            MemoryRange range = request.ram().get(i);
            String where = "machine.ram[" + i + "]";
            if (range.start() < 0
                    || range.bytes() <= 0
                    || range.bytes() > HIGHEST_END - Math.min(HIGHEST_END, range.start())) {
                problem(
                        where,
                        "start=0x" + Long.toHexString(range.start()) + " bytes=" + range.bytes()
                                + ": expected a range of 1 byte or more that ends at or below 0x"
                                + Long.toHexString(HIGHEST_END) + " (64 TiB). Correct start and length.");
                continue;
            }
            if (range.start() % page != 0 || range.bytes() % page != 0) {
                problem(
                        where,
                        range + " does not begin and end on a page of " + page
                                + " bytes. Round the start up and the end down, as a kernel does.");
            }
            if (i > 0 && range.start() <= request.ram().get(i - 1).last()) {
                problem(
                        where,
                        range + " begins inside of or before machine.ram[" + (i - 1) + "] "
                                + request.ram().get(i - 1) + ". Sort the ranges by address and remove the overlap.");
            }
        }
    }

    private void zones(MachineRequest request) {
        long limit = request.zoneDmaLimit();
        if (limit != 0 && limit != -1L && (limit + 1) % Math.max(1, request.pageBytes()) != 0) {
            problem(
                    "machine.zone-dma",
                    "the DMA zone's highest address 0x" + Long.toHexString(limit)
                            + " is not the last byte of a page of " + request.pageBytes()
                            + " bytes. Move the limit to the end of a page.");
        }
    }

    private void processors(MachineRequest request) {
        if (request.cpus() < 1) {
            problem("machine.cpus", request.cpus() + " processors: expected 1 or more.");
        }
        int line = request.cacheLineBytes();
        if (line < 1 || line > 4096 || Integer.bitCount(line) != 1) {
            problem(
                    "machine.cache-line",
                    "a cache line of " + line + " bytes: expected a power of two from 1 to 4096, usually 64.");
        }
    }

    private void problem(String where, String what) {
        problems.add(new ConfigurationProblem(DmaErrorCode.BAD_MACHINE, where, what));
    }
}
