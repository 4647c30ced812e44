package dev.dmaops.machine.linux.calls;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * The system calls that machines of this module make. Each returns what the C function returns, or the negated error number.
 *
 * <p>Any thread may call. No call allocates on the Java heap in the steady state but {@link #open}.
 */
public final class SystemCalls {
    /** For {@link #open}: read only. */
    public static final int O_RDONLY = 0;
    /** For {@link #open}: read and write. */
    public static final int O_RDWR = 2;
    /** For {@link #open}: closed in child processes. */
    public static final int O_CLOEXEC = 0x80000;
    /** For {@link #mmap}: nothing may be done with the pages. */
    public static final int PROT_NONE = 0;
    /** For {@link #mmap}: reading and writing. */
    public static final int PROT_READ_WRITE = 3;
    /** For {@link #mmap}: writes reach the file. */
    public static final int MAP_SHARED = 1;
    /** For {@link #mmap}: writes stay here. */
    public static final int MAP_PRIVATE = 2;
    /** For {@link #mmap}: at this address, whatever is there. */
    public static final int MAP_FIXED = 0x10;
    /** For {@link #mmap}: no file. */
    public static final int MAP_ANONYMOUS = 0x20;
    /** For {@link #mmap}: nothing is set aside. */
    public static final int MAP_NORESERVE = 0x4000;
    /** For {@link #mmap}: touched at once. */
    public static final int MAP_POPULATE = 0x8000;

    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_HUGETLB = 4;
    private static final int HUGE_SHIFT = 26;
    private static final int EFD_CLOEXEC_NONBLOCK = 0x80000 | 0x800;
    private static final short POLLIN = 1;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker LINKER = Linker.nativeLinker();

    private static final MethodHandle OPEN = variadic("open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CLOSE = plain("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle IOCTL_POINTER =
            variadic("ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
    private static final MethodHandle IOCTL_VALUE =
            variadic("ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MMAP = plain(
            "mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP = plain("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MLOCK = plain("mlock", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FTRUNCATE =
            plain("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MEMFD = plain("memfd_create", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle EVENTFD = plain("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle POLL =
            plain("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle READ =
            plain("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle PREAD =
            plain("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PWRITE =
            plain("pwrite", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG));

    private static final ThreadLocal<MemorySegment> CAPTURED =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

    private SystemCalls() {}

    private static MethodHandle plain(String name, FunctionDescriptor type) {
        return bind(name, type, Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle variadic(String name, int fixed, FunctionDescriptor type) {
        int first = Math.min(fixed, type.argumentLayouts().size());
        return bind(name, type, Linker.Option.captureCallState("errno"), Linker.Option.firstVariadicArg(first));
    }

    @SuppressWarnings("restricted") // the purpose of this class; the module is given native access
    private static MethodHandle bind(String name, FunctionDescriptor type, Linker.Option... options) {
        Optional<MemorySegment> function = LINKER.defaultLookup().find(name);
        return LINKER.downcallHandle(
                function.orElseThrow(() -> new UnsupportedOperationException("the C library has no " + name)),
                type,
                options);
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private static IllegalStateException impossible(Throwable thrown) {
        return new IllegalStateException("a call into the C library threw", thrown);
    }

    /** Opens a file; the descriptor is closed in child processes. */
    public static int open(String path, int flags) {
        MemorySegment state = CAPTURED.get();
        try (Arena arena = Arena.ofConfined()) {
            int result = (int) OPEN.invokeExact(state, arena.allocateFrom(path), flags | O_CLOEXEC);
            return result < 0 ? -errno(state) : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Closes a descriptor. */
    public static int close(int descriptor) {
        MemorySegment state = CAPTURED.get();
        try {
            int result = (int) CLOSE.invokeExact(state, descriptor);
            return result < 0 ? -errno(state) : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** A request with a pointer to its argument. */
    public static int ioctl(int descriptor, long request, MemorySegment argument) {
        MemorySegment state = CAPTURED.get();
        try {
            int result = (int) IOCTL_POINTER.invokeExact(state, descriptor, request, argument);
            return result < 0 ? -errno(state) : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** A request whose argument is a number. */
    public static int ioctl(int descriptor, long request, long argument) {
        MemorySegment state = CAPTURED.get();
        try {
            int result = (int) IOCTL_VALUE.invokeExact(state, descriptor, request, argument);
            return result < 0 ? -errno(state) : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Maps memory or a file; the address, or a number between -4095 and -1. */
    public static long mmap(long address, long bytes, int protection, int flags, int descriptor, long offset) {
        MemorySegment state = CAPTURED.get();
        try {
            long result = (long) MMAP.invokeExact(state, address, bytes, protection, flags, descriptor, offset);
            return result == -1 ? -errno(state) : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Takes a mapping away. */
    public static int munmap(long address, long bytes) {
        MemorySegment state = CAPTURED.get();
        try {
            int result = (int) MUNMAP.invokeExact(state, address, bytes);
            return result < 0 ? -errno(state) : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Keeps pages in memory; the kernel may still move them. */
    public static int mlock(long address, long bytes) {
        MemorySegment state = CAPTURED.get();
        try {
            int result = (int) MLOCK.invokeExact(state, address, bytes);
            return result < 0 ? -errno(state) : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /**
     * A file without a name, of huge pages.
     *
     * @param pageBytes size of a page; a power of two
     * @param bytes length of the file
     */
    public static int hugePageFile(long pageBytes, long bytes) {
        MemorySegment state = CAPTURED.get();
        try (Arena arena = Arena.ofConfined()) {
            int size = Long.numberOfTrailingZeros(pageBytes) << HUGE_SHIFT;
            int file = (int) MEMFD.invokeExact(state, arena.allocateFrom("dmaops"), MFD_CLOEXEC | MFD_HUGETLB | size);
            if (file < 0) {
                return -errno(state);
            }
            int result = (int) FTRUNCATE.invokeExact(state, file, bytes);
            if (result < 0) {
                int error = errno(state);
                close(file);
                return -error;
            }
            return file;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** A counter that interrupts add to; reading it does not wait. */
    public static int eventCounter() {
        MemorySegment state = CAPTURED.get();
        try {
            int result = (int) EVENTFD.invokeExact(state, 0, EFD_CLOEXEC_NONBLOCK);
            return result < 0 ? -errno(state) : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /**
     * Waits until there is something to read.
     *
     * @param request 8 bytes of the caller's
     * @param milliseconds how long at most
     * @return 1 when there is, 0 when the time ran out
     */
    public static int awaitReadable(int descriptor, MemorySegment request, int milliseconds) {
        MemorySegment state = CAPTURED.get();
        request.set(JAVA_INT, 0, descriptor);
        request.set(JAVA_SHORT, 4, POLLIN);
        request.set(JAVA_SHORT, 6, (short) 0);
        try {
            int result = (int) POLL.invokeExact(state, request, 1L, milliseconds);
            return result < 0 ? -errno(state) : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Reads from where the descriptor stands. */
    public static long read(int descriptor, MemorySegment into) {
        MemorySegment state = CAPTURED.get();
        try {
            long result = (long) READ.invokeExact(state, descriptor, into, into.byteSize());
            return result < 0 ? -errno(state) : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Reads at an offset. */
    public static long read(int descriptor, MemorySegment into, long offset) {
        MemorySegment state = CAPTURED.get();
        try {
            long result = (long) PREAD.invokeExact(state, descriptor, into, into.byteSize(), offset);
            return result < 0 ? -errno(state) : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** Writes at an offset. */
    public static long write(int descriptor, MemorySegment from, long offset) {
        MemorySegment state = CAPTURED.get();
        try {
            long result = (long) PWRITE.invokeExact(state, descriptor, from, from.byteSize(), offset);
            return result < 0 ? -errno(state) : result;
        } catch (Throwable e) {
            throw impossible(e);
        }
    }
}
