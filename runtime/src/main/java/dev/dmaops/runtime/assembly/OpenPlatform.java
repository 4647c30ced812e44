package dev.dmaops.runtime.assembly;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.ConfigurationProblem;
import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.api.PoolStatistics;
import dev.dmaops.runtime.configuration.NearestNames;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.Machine;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** A platform at work. */
final class OpenPlatform implements DmaPlatform {
    private final String name;
    private final SequencedMap<String, DmaDevice> devices;
    private final Map<String, ConfigurationProblem> notOpened;
    private final List<BackendChoice> choices;
    private final List<BouncePool> pools;
    private final Machine machine;
    private final List<Object> parts;
    private final Resources resources;
    private final AtomicBoolean closed = new AtomicBoolean();

    OpenPlatform(
            String name,
            SequencedMap<String, DmaDevice> devices,
            Map<String, ConfigurationProblem> notOpened,
            List<BackendChoice> choices,
            List<BouncePool> pools,
            Machine machine,
            List<Object> parts,
            Resources resources) {
        this.name = name;
        this.devices = Collections.unmodifiableSequencedMap(devices);
        this.notOpened = Map.copyOf(notOpened);
        this.choices = List.copyOf(choices);
        this.pools = List.copyOf(pools);
        this.machine = machine;
        this.parts = List.copyOf(parts);
        this.resources = resources;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public DmaDevice device(String id) {
        DmaDevice device = devices.get(id);
        if (device != null) {
            return device;
        }
        ConfigurationProblem problem = notOpened.get(id);
        if (problem != null) {
            throw new DmaConfigurationException(List.of(problem));
        }
        List<String> known = choices.stream().map(BackendChoice::device).toList();
        String hint = NearestNames.hint(id, known);
        throw new DmaConfigurationException(
                DmaErrorCode.UNKNOWN_DEVICE,
                name,
                "there is no device \"" + id + "\" among the " + known.size() + " of this platform."
                        + (hint.isEmpty() ? " choices() lists them." : " " + hint));
    }

    @Override
    public Collection<DmaDevice> devices() {
        return devices.values();
    }

    @Override
    public List<BackendChoice> choices() {
        return choices;
    }

    @Override
    public List<PoolStatistics> pools() {
        return pools.stream().map(BouncePool::statistics).toList();
    }

    @Override
    public void resetHighWater() {
        pools.forEach(BouncePool::resetHighWater);
    }

    @Override
    public <T> Optional<T> part(Class<T> type) {
        for (Object part : parts) {
            if (type.isInstance(part)) {
                return Optional.of(type.cast(part));
            }
        }
        return machine.hook(type);
    }

    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            resources.close();
        }
    }

    @Override
    public String toString() {
        return name + " with " + choices.size() + " devices";
    }
}
