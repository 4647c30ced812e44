package dev.dmaops.machine.linux.pci;

import dev.dmaops.api.DeviceRegisters;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/** The windows of a device, each mapped when it is first asked for. */
final class Windows {
    private final Map<Integer, Optional<MappedRegisters>> open = new HashMap<>();
    private final IntFunction<Optional<MappedRegisters>> mapper;

    Windows(IntFunction<Optional<MappedRegisters>> mapper) {
        this.mapper = mapper;
    }

    synchronized Optional<DeviceRegisters> window(int number) {
        return open.computeIfAbsent(number, mapper::apply).map(registers -> registers);
    }

    synchronized void close() {
        open.values().forEach(window -> window.ifPresent(MappedRegisters::close));
        open.clear();
    }
}
