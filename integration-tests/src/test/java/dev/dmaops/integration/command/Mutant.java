package dev.dmaops.integration.command;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DmaBackend;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.KconfigGate;
import dev.dmaops.spi.Refusals;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The swiotlb backend with one mistake. */
public abstract class Mutant implements DmaBackendProvider {
    private final DmaBackendProvider original = ProviderLoader.original("swiotlb");

    @Override
    public String id() {
        return "mutant";
    }

    @Override
    public String artifact() {
        return "test:mutant";
    }

    @Override
    public KconfigGate gate() {
        return original.gate();
    }

    /** Does what the original does, or something else. */
    abstract @Nullable Object call(DmaOps original, String method, @Nullable Object[] arguments, Call really)
            throws Throwable;

    /** The original method. */
    interface Call {
        @Nullable
        Object with(@Nullable Object[] arguments) throws Throwable;
    }

    @Override
    public DmaBackend open(BackendContext context) {
        DmaBackend backend = original.open(context);
        return new DmaBackend() {
            @Override
            public DmaOps bind(DmaDeviceState device, BackendChoice choice, @Nullable BouncePool pool) {
                return mutated(backend.bind(device, choice, pool));
            }

            @Override
            public void close() {
                backend.close();
            }
        };
    }

    private DmaOps mutated(DmaOps ops) {
        return (DmaOps) Proxy.newProxyInstance(
                Mutant.class.getClassLoader(), new Class<?>[] {DmaOps.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("directWindow")) {
                        return null;
                    }
                    return call(ops, method.getName(), arguments == null ? new Object[0] : arguments, with -> {
                        try {
                            return method.invoke(ops, with);
                        } catch (InvocationTargetException e) {
                            throw e.getTargetException();
                        }
                    });
                });
    }

    /** Gives the device the next page. */
    public static final class WrongAddress extends Mutant {
        private static final long PAGE = 4096;

        @Override
        @Nullable
        Object call(DmaOps original, String method, @Nullable Object[] arguments, Call really) throws Throwable {
            if ((method.equals("map") || method.equals("mapMemory")) && really.with(arguments) instanceof Long dma) {
                return Refusals.isRefusal(dma) ? dma : dma + PAGE;
            }
            if (arguments.length > 0
                    && arguments[0] instanceof Long dma
                    && (method.equals("unmap") || method.startsWith("sync") || method.equals("bounceReason"))) {
                arguments[0] = dma - PAGE;
            }
            return really.with(arguments);
        }
    }

    /** Forgets the bus's translation: gives out physical addresses of buffers that were not bounced. */
    public static final class NoTranslation extends Mutant {
        private final Map<Long, Long> translated = new HashMap<>();

        @Override
        @Nullable
        Object call(DmaOps original, String method, @Nullable Object[] arguments, Call really) throws Throwable {
            if (!method.equals("map")) {
                if (arguments.length > 0 && arguments[0] instanceof Long given) {
                    arguments[0] = translated.getOrDefault(given, given);
                }
                return really.with(arguments);
            }
            Object result = really.with(arguments);
            if (result instanceof Long dma
                    && arguments[0] instanceof Long physical
                    && !Refusals.isRefusal(dma)
                    && original.bounceReason(dma) == null) {
                translated.put(physical, dma);
                return physical;
            }
            return result;
        }
    }

    /** Forgets to copy back what the device wrote. */
    public static final class NoCopyBack extends Mutant {
        @Override
        @Nullable
        Object call(DmaOps original, String method, @Nullable Object[] arguments, Call really) throws Throwable {
            return method.equals("unmap") || method.equals("unmapScatter") ? null : really.with(arguments);
        }
    }

    /** Forgets to show the CPU what the device wrote while the buffer stays mapped. */
    public static final class NoSync extends Mutant {
        @Override
        @Nullable
        Object call(DmaOps original, String method, @Nullable Object[] arguments, Call really) throws Throwable {
            return method.equals("syncForCpu") ? null : really.with(arguments);
        }
    }
}
