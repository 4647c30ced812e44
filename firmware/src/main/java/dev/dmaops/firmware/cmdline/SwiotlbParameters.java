package dev.dmaops.firmware.cmdline;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What {@code swiotlb=[slots][,areas][,force|noforce]} asks for, and the arithmetic by which Linux 6.12 turns it into the size of
 * the bounce pool (kernel/dma/swiotlb.c). A slot is 2048 bytes.
 *
 * <p>The values are the kernel's variables after the command line has been read. The kernel then calls
 * {@link #adjustSize(long)} if the platform wants another default, {@link #withDefaultAreas(long)} when it makes the pool, and
 * halves the pool until it fits into memory, which is the pool's business.
 *
 * @param slots size of the pool to be made, in slots
 * @param areas number of areas to divide it into; 0 if nobody has said, then there is one for each possible CPU
 * @param forceBounce whether every mapping is to bounce
 * @param forceDisable whether no pool is to be made
 * @param requestedSlots the last number of slots on the command line, before any rounding; empty if there is none
 * @param requestedAreas the last number of areas on the command line, before any rounding; empty if there is none
 * @param remarks what will not do what it seems to ask for
 */
public record SwiotlbParameters(
        long slots,
        long areas,
        boolean forceBounce,
        boolean forceDisable,
        OptionalLong requestedSlots,
        OptionalLong requestedAreas,
        List<Remark> remarks) {
    /** Size of a slot in bytes. */
    public static final int SLOT_BYTES = 2048;

    /** Slots of a slot set, the longest run that one mapping can use. Pool sizes are multiples of it. */
    public static final int SLOT_SET = 128;

    /** Size of the pool if nothing else is said, in slots: 64 MiB. */
    public static final long DEFAULT_SLOTS = 32768;

    private static final String FORM = "the form is swiotlb=[slots][,areas][,force|noforce]";

    /** Copies the list. */
    public SwiotlbParameters {
        remarks = List.copyOf(remarks);
    }

    /** {@return what the kernel starts from if the command line says nothing} */
    public static SwiotlbParameters defaults() {
        return new SwiotlbParameters(
                DEFAULT_SLOTS, 0, false, false, OptionalLong.empty(), OptionalLong.empty(), List.of());
    }

    /**
     * Reads all {@code swiotlb=} of a command line, one after the other, as kernels since 6.0 do.
     *
     * @param commandLine the command line
     * @return what they ask for
     */
    public static SwiotlbParameters of(KernelCommandLine commandLine) {
        SwiotlbParameters result = defaults();
        for (KernelParameter word : commandLine.all("swiotlb").toList()) {
            result = result.after(word);
        }
        return result;
    }

    /**
     * Reads all {@code swiotlb=} of a command line as kernels before 6.0 do: there are no areas, and of force and noforce the
     * last one counts.
     *
     * @param commandLine the command line
     * @return what they ask for
     */
    public static SwiotlbParameters ofKernelWithoutAreas(KernelCommandLine commandLine) {
        SwiotlbParameters result = defaults();
        for (KernelParameter word : commandLine.all("swiotlb").toList()) {
            result = result.afterWithoutAreas(word);
        }
        return result;
    }

    private SwiotlbParameters after(KernelParameter word) {
        if (word.value().isEmpty()) {
            return with(noValue(word));
        }
        KernelNumbers value = new KernelNumbers(word.value().get());
        SwiotlbParameters result = this;
        if (value.seesDigit()) {
            result = result.withSlots(value.number(), word);
        }
        value.take(',');
        if (value.seesDigit()) {
            result = result.withRequestedAreas(value.number(), word);
        }
        value.take(',');
        return switch (value.rest()) {
            case "force" -> result.with(true, result.forceDisable);
            case "noforce" -> result.with(result.forceBounce, true);
            default -> result.with(ignored(word, value.rest()));
        };
    }

    private SwiotlbParameters afterWithoutAreas(KernelParameter word) {
        if (word.value().isEmpty()) {
            return with(noValue(word));
        }
        KernelNumbers value = new KernelNumbers(word.value().get());
        SwiotlbParameters result = value.seesDigit() ? withSlots(value.number(), word) : this;
        value.take(',');
        return switch (value.rest()) {
            case "force" -> result.with(true, false);
            case "noforce" -> result.with(false, true);
            default -> result.with(ignored(word, value.rest()));
        };
    }

    private static List<Remark> noValue(KernelParameter word) {
        return List.of(Remark.on(word, "the kernel needs a value here and does not check for it; " + FORM));
    }

    private static List<Remark> ignored(KernelParameter word, String rest) {
        if (rest.isEmpty()) {
            return List.of();
        }
        boolean unit = "KkMmGg".indexOf(rest.charAt(0)) >= 0;
        boolean lateNumber = rest.startsWith("force,") || rest.startsWith("noforce,");
        String why = unit
                ? "the size is a number of slots of 2048 bytes, not of bytes"
                : lateNumber ? "force and noforce count only at the very end" : FORM;
        return List.of(Remark.on(word, "the kernel ignores '" + rest + "' without a message: " + why));
    }

    private SwiotlbParameters withSlots(long requested, KernelParameter word) {
        long rounded = roundUp(requested, SLOT_SET);
        SwiotlbParameters result = new SwiotlbParameters(
                rounded, areas, forceBounce, forceDisable, OptionalLong.of(requested), requestedAreas, remarks);
        return rounded == requested
                ? result
                : result.with(List.of(Remark.on(
                        word,
                        Long.toUnsignedString(requested) + " slots are rounded up to " + Long.toUnsignedString(rounded)
                                + ", a multiple of 128")));
    }

    private SwiotlbParameters withRequestedAreas(long requested, KernelParameter word) {
        SwiotlbParameters adjusted = adjustAreas(requested);
        List<Remark> more = new ArrayList<>();
        if (adjusted.areas != requested) {
            more.add(Remark.on(
                    word, Long.toUnsignedString(requested) + " areas become " + adjusted.areas + ", a power of two"));
        }
        if (adjusted.slots != slots) {
            more.add(Remark.on(
                    word,
                    Long.toUnsignedString(slots) + " slots become " + Long.toUnsignedString(adjusted.slots)
                            + ", a power of two with at least 128 for each of " + adjusted.areas + " areas"));
        }
        return new SwiotlbParameters(
                        adjusted.slots,
                        adjusted.areas,
                        forceBounce,
                        forceDisable,
                        requestedSlots,
                        OptionalLong.of(requested),
                        remarks)
                .with(more);
    }

    /**
     * Sets the number of areas: 0 becomes 1, other numbers the next power of two; the pool grows to 128 slots for each area and
     * to a power of two (swiotlb_adjust_nareas).
     *
     * @param wanted number of areas, of which the low 32 bits count
     * @return the new values
     */
    public SwiotlbParameters adjustAreas(long wanted) {
        long number = wanted & 0xffffffffL;
        long power = number == 0 ? 1 : powerOfTwo(number) & 0xffffffffL;
        return with(slots, power).roundUpSlots();
    }

    /**
     * Gives every possible CPU an area if the command line names no number of areas; the kernel does so when it makes the pool.
     *
     * @param possibleCpus number of CPUs that can ever be present
     * @return the new values
     */
    public SwiotlbParameters withDefaultAreas(long possibleCpus) {
        return areas == 0 ? adjustAreas(possibleCpus) : this;
    }

    /**
     * Asks for another size, which counts only as long as the size is the default of 32768 slots (swiotlb_adjust_size; called
     * for encrypted x86 guests, and on arm64 if the pool serves small unaligned buffers only).
     *
     * @param bytes the wanted size in bytes
     * @return the new values
     */
    public SwiotlbParameters adjustSize(long bytes) {
        if (slots != DEFAULT_SLOTS) {
            return this;
        }
        long wanted = roundUp(bytes, SLOT_BYTES) / SLOT_BYTES;
        return with(roundUp(wanted, SLOT_SET), areas).roundUpSlots();
    }

    /**
     * The number of areas that a pool can be divided into: fewer if there are not 128 slots for each (limit_nareas).
     *
     * @param areas wanted number of areas
     * @param slots size of the pool in slots
     * @return the number of areas
     */
    public static long limitAreas(long areas, long slots) {
        return Long.compareUnsigned(slots, areas * SLOT_SET) < 0 ? slots / SLOT_SET : areas;
    }

    private SwiotlbParameters roundUpSlots() {
        // 32-bit arithmetic, as in the kernel.
        long least = (areas * SLOT_SET) & 0xffffffffL;
        if (areas == 0 || (Long.compareUnsigned(slots, least) >= 0 && Long.bitCount(slots) == 1)) {
            return this;
        }
        return with(powerOfTwo(Long.compareUnsigned(slots, least) < 0 ? least : slots), areas);
    }

    private SwiotlbParameters with(long newSlots, long newAreas) {
        return new SwiotlbParameters(
                newSlots, newAreas, forceBounce, forceDisable, requestedSlots, requestedAreas, remarks);
    }

    private SwiotlbParameters with(boolean force, boolean disable) {
        return new SwiotlbParameters(slots, areas, force, disable, requestedSlots, requestedAreas, remarks);
    }

    private SwiotlbParameters with(List<Remark> more) {
        List<Remark> all = new ArrayList<>(remarks);
        all.addAll(more);
        return new SwiotlbParameters(slots, areas, forceBounce, forceDisable, requestedSlots, requestedAreas, all);
    }

    private static long roundUp(long number, long multiple) {
        return (number + multiple - 1) & -multiple;
    }

    /** The smallest power of two that is not less than the number, which is above 0. */
    private static long powerOfTwo(long number) {
        return Long.bitCount(number) == 1 ? number : Long.highestOneBit(number) << 1;
    }
}
