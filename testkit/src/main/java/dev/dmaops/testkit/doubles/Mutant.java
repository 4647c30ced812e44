package dev.dmaops.testkit.doubles;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaAttributes;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.Refused;
import dev.dmaops.api.ScatterList;
import dev.dmaops.spi.Allocation;
import dev.dmaops.spi.AllocationResult;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.Refusals;
import dev.dmaops.testkit.DeviceBench;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Operations with one mistake in them. A test of backends is worth something if it fails for each.
 *
 * <p>Not every mistake shows in every world: one that forgets to copy back changes nothing for a backend that never copies.
 */
public enum Mutant {
    /** A map returns an address one page too high. */
    ADDRESS_ONE_PAGE_HIGH {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new WrongAddress(ops) {
                @Override
                long wrong(long dma, long physical) {
                    return dma + bench.world().pageBytes();
                }
            };
        }
    },
    /** A map returns an address one byte too high. */
    ADDRESS_ONE_BYTE_HIGH {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new WrongAddress(ops) {
                @Override
                long wrong(long dma, long physical) {
                    return dma + 1;
                }
            };
        }
    },
    /** A map returns the address with its bytes the other way round. */
    ADDRESS_BYTES_SWAPPED {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new WrongAddress(ops) {
                @Override
                long wrong(long dma, long physical) {
                    return Long.reverseBytes(dma);
                }
            };
        }
    },
    /** A map forgets the translation of the bus, or the copy, and returns the physical address of the buffer. */
    ADDRESS_IS_PHYSICAL {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new WrongAddress(ops) {
                @Override
                long wrong(long dma, long physical) {
                    return physical;
                }
            };
        }
    },
    /** A map returns an address with a bit above every mask. */
    ADDRESS_ABOVE_THE_MASK {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new WrongAddress(ops) {
                @Override
                long wrong(long dma, long physical) {
                    return dma | 1L << 62;
                }
            };
        }
    },
    /** A map reports success without an address: the mistake of the contiguous-region stub that Linux removed. */
    SUCCESS_WITHOUT_ADDRESS {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public long map(long physical, long bytes, DmaDirection direction, int attributes) {
                    long dma = ops.map(physical, bytes, direction, attributes);
                    return Refusals.isRefusal(dma) ? physical : dma;
                }
            };
        }
    },
    /** The copy is not filled when a buffer is mapped. */
    MAP_COPIES_NOTHING {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public long map(long physical, long bytes, DmaDirection direction, int attributes) {
                    long dma = ops.map(physical, bytes, direction, attributes);
                    if (!Refusals.isRefusal(dma) && ops.bounceReason(dma) != null) {
                        bench.engine().writePattern(dma, bytes, 99);
                    }
                    return dma;
                }
            };
        }
    },
    /** The copy is not copied back when a buffer is unmapped, and stale cache lines stay. */
    UNMAP_COPIES_NOTHING {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
                    ops.unmap(dma, bytes, direction, attributes | DmaAttributes.SKIP_CPU_SYNC);
                }
            };
        }
    },
    /** An unmap leaves everything in place. */
    UNMAP_KEEPS_EVERYTHING {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
                    ops.syncForCpu(dma, bytes, direction);
                }
            };
        }
    },
    /** A sync for the CPU does nothing. */
    SYNC_FOR_CPU_DOES_NOTHING {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public void syncForCpu(long dma, long bytes, DmaDirection direction) {
                    // The mistake.
                }
            };
        }
    },
    /** A sync for the device does nothing. */
    SYNC_FOR_DEVICE_DOES_NOTHING {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public void syncForDevice(long dma, long bytes, DmaDirection direction) {
                    // The mistake.
                }
            };
        }
    },
    /** A sync moves half of what it was asked to. */
    SYNC_STOPS_HALFWAY {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public void syncForCpu(long dma, long bytes, DmaDirection direction) {
                    ops.syncForCpu(dma, bytes / 2, direction);
                }
            };
        }
    },
    /** A bounced mapping says that it is none, and another the opposite. */
    BOUNCE_IS_DENIED {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public @Nullable BounceReason bounceReason(long dma) {
                    return ops.bounceReason(dma) == null ? BounceReason.FORCED_BY_CONFIG : null;
                }
            };
        }
    },
    /** The address bits that the device asked to keep are not kept. */
    LOW_BITS_ARE_LOST {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public long map(long physical, long bytes, DmaDirection direction, int attributes) {
                    var asked = bench.device().constraints();
                    bench.device().setConstraints(asked.withMinAlignMask(0));
                    long dma = ops.map(physical, bytes, direction, attributes);
                    bench.device().setConstraints(asked);
                    return dma;
                }

                @Override
                public void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
                    var asked = bench.device().constraints();
                    bench.device().setConstraints(asked.withMinAlignMask(0));
                    ops.unmap(dma, bytes, direction, attributes);
                    bench.device().setConstraints(asked);
                }
            };
        }
    },
    /** Two segments of a list have each other's addresses. */
    SCATTER_SEGMENTS_SWAPPED {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public long mapScatter(ScatterList list, DmaDirection direction, int attributes) {
                    long segments = ops.mapScatter(list, direction, attributes);
                    swap(list, segments);
                    return segments;
                }

                @Override
                public void unmapScatter(ScatterList list, DmaDirection direction, int attributes) {
                    swap(list, list.mappedEntries());
                    ops.unmapScatter(list, direction, attributes);
                }

                private void swap(ScatterList list, long segments) {
                    if (segments > 1) {
                        long first = list.recordedAddress(0);
                        list.recordSegment(0, list.recordedAddress(1), list.entryBytes(0));
                        list.recordSegment(1, first, list.entryBytes(1));
                    }
                }
            };
        }
    },
    /** A list reports one segment too few. */
    SCATTER_LOSES_THE_LAST {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public long mapScatter(ScatterList list, DmaDirection direction, int attributes) {
                    long segments = ops.mapScatter(list, direction, attributes);
                    return segments > 1 ? segments - 1 : segments;
                }
            };
        }
    },
    /** A refused list keeps its first entry mapped. */
    SCATTER_UNWINDS_TOO_LITTLE {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public long mapScatter(ScatterList list, DmaDirection direction, int attributes) {
                    long segments = ops.mapScatter(list, direction, attributes);
                    if (Refusals.isRefusal(segments)) {
                        bench.machine().memory().zero(list.entryPhysical(0), 1);
                        ops.map(list.entryPhysical(0), list.entryBytes(0), direction, attributes);
                    }
                    return segments;
                }
            };
        }
    },
    /** Coherent memory holds what was there before. */
    COHERENT_MEMORY_IS_DIRTY {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public AllocationResult allocateCoherent(long bytes, int attributes, int flags) {
                    AllocationResult result = ops.allocateCoherent(bytes, attributes, flags);
                    if (result instanceof Allocation allocation) {
                        allocation.memory().fill((byte) 0x5a);
                    }
                    return result;
                }
            };
        }
    },
    /** Coherent memory comes with another page's address. */
    COHERENT_ADDRESS_ONE_PAGE_HIGH {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public AllocationResult allocateCoherent(long bytes, int attributes, int flags) {
                    return moved(
                            ops.allocateCoherent(bytes, attributes, flags),
                            bench.world().pageBytes());
                }

                @Override
                public void freeCoherent(Allocation allocation, int attributes) {
                    if (moved(allocation, -bench.world().pageBytes()) instanceof Allocation right) {
                        ops.freeCoherent(right, attributes);
                    }
                }

                private static AllocationResult moved(AllocationResult result, long by) {
                    return result instanceof Allocation(var memory, long physical, long dma, long bytes)
                            ? new Allocation(memory, physical, dma + by, bytes)
                            : result;
                }
            };
        }
    },
    /** Coherent memory is never given back. */
    COHERENT_MEMORY_LEAKS {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public void freeCoherent(Allocation allocation, int attributes) {
                    // The mistake.
                }
            };
        }
    },
    /** A refusal says nothing. */
    REFUSAL_SAYS_NOTHING {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public Refused refusal(DmaErrorCode code, long physical, long bytes) {
                    return new Refused(code, DeviceBench.DEVICE, bytes, "mapping failed", -12);
                }
            };
        }
    },
    /** Longer mappings are promised than are possible. */
    PROMISES_TOO_MUCH {
        @Override
        public DmaOps around(DmaOps ops, DeviceBench bench) {
            return new ForwardingOps(ops) {
                @Override
                public long maxMappingBytes() {
                    return Long.MAX_VALUE;
                }
            };
        }
    };

    /**
     * The operations with the mistake.
     *
     * @param ops right ones
     * @param bench where they work
     */
    public abstract DmaOps around(DmaOps ops, DeviceBench bench);

    /** Returns wrong addresses, and finds its way back when they are given back. */
    private abstract static class WrongAddress extends ForwardingOps {
        private final Map<Long, Long> right = new ConcurrentHashMap<>();

        WrongAddress(DmaOps ops) {
            super(ops);
        }

        abstract long wrong(long dma, long physical);

        @Override
        public long map(long physical, long bytes, DmaDirection direction, int attributes) {
            long dma = ops.map(physical, bytes, direction, attributes);
            if (Refusals.isRefusal(dma)) {
                return dma;
            }
            long wrong = wrong(dma, physical);
            right.put(wrong, dma);
            return wrong;
        }

        @Override
        public void unmap(long dma, long bytes, DmaDirection direction, int attributes) {
            Long address = right.remove(dma);
            ops.unmap(address == null ? dma : address, bytes, direction, attributes);
        }
    }
}
