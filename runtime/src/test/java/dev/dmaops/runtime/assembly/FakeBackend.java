package dev.dmaops.runtime.assembly;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.runtime.discovery.Found;
import dev.dmaops.runtime.discovery.ProviderOrigin;
import dev.dmaops.spi.BackendContext;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.DmaBackend;
import dev.dmaops.spi.DmaBackendProvider;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.KconfigGate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A backend that writes down what happens to it. */
record FakeBackend(String id, String expression, Optional<DmaErrorCode> failure, List<String> diary)
        implements DmaBackendProvider {
    static FakeBackend working(String id, List<String> diary) {
        return new FakeBackend(id, "y", Optional.empty(), diary);
    }

    Found<DmaBackendProvider> found() {
        return new Found<>(id, this, new ProviderOrigin("Fake", id + ".jar", "", "class path"));
    }

    @Override
    public String artifact() {
        return "test:" + id;
    }

    @Override
    public KconfigGate gate() {
        return new KconfigGate("X", expression, "");
    }

    @Override
    public DmaBackend open(BackendContext context) {
        if (failure.isPresent()) {
            throw new DmaConfigurationException(failure.get(), id, "cannot be opened.");
        }
        diary.add("open " + id);
        return new DmaBackend() {
            @Override
            public DmaOps bind(DmaDeviceState device, BackendChoice choice, @Nullable BouncePool pool) {
                diary.add("bind " + device.id() + " to " + id + (pool == null ? "" : " with pool " + pool.name()));
                return new NoDmaOps(choice);
            }

            @Override
            public void close() {
                diary.add("close " + id);
            }
        };
    }
}
