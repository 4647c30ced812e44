package dev.dmaops.runtime.configuration;

import dev.dmaops.api.DmaRange;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.Sourced;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code devices}. */
final class DeviceReader {
    private DeviceReader() {}

    static List<DeviceSettings> devices(Section section) {
        List<DeviceSettings> devices = new ArrayList<>();
        for (String id : section.keys()) {
            section.section(id).ifPresent(device -> {
                if (!splitAtDots(section, device, id)) {
                    devices.add(device(id, device));
                }
            });
        }
        return List.copyOf(devices);
    }

    /** HOCON reads an unquoted name with a dot as an object in an object. */
    private static boolean splitAtDots(Section devices, Section device, String id) {
        List<String> keys = device.keys();
        if (keys.isEmpty() || !keys.stream().allMatch(device::holdsObject)) {
            return false;
        }
        for (String key : keys) {
            devices.reject(
                    id,
                    device.origin(),
                    "a device name with a dot needs quotes: expected \"" + id + "." + key + "\" { … }, found " + id
                            + "." + key + ".");
        }
        return true;
    }

    private static DeviceSettings device(String id, Section section) {
        DeviceSettings device = new DeviceSettings(
                id,
                section.origin(),
                section.word("bus", Words.of(Bus.values(), Bus::text)),
                section.mask("mask"),
                section.mask("coherent-mask"),
                section.mask("bus-limit"),
                ranges(section),
                backend(section),
                section.flag("coherent"),
                section.flag("untrusted"),
                section.flag("virtio"),
                section.flag("no-dma"),
                section.size("max-segment"),
                section.power("boundary"),
                section.power("min-align"));
        section.end();
        return device;
    }

    private static Optional<Sourced<String>> backend(Section section) {
        return section.text("backend").filter(id -> !id.value().equals("auto")).filter(id -> {
            boolean named = id.value().matches("[a-z0-9][a-z0-9-]*");
            if (!named) {
                section.reject(
                        "backend",
                        id.origin(),
                        "expected auto or the id of a backend, such as swiotlb, found \"" + id.value() + "\".");
            }
            return named;
        });
    }

    private static Optional<Sourced<List<DmaRange>>> ranges(Section section) {
        if (!section.has("dma-ranges")) {
            return Optional.empty();
        }
        List<DmaRange> ranges = new ArrayList<>();
        String origin = section.origin();
        for (Section item : section.sections(
                "dma-ranges", "of windows, such as [ { cpu = 0x0, dma = 0xc0000000, size = 1GiB } ]")) {
            Optional<Sourced<Long>> cpu = item.address("cpu");
            Optional<Sourced<Long>> dma = item.address("dma");
            Optional<Sourced<Long>> size = item.size("size");
            for (String key : List.of("cpu", "dma", "size")) {
                if (!item.has(key)) {
                    item.missing(key, key.equals("size") ? "a size, such as 1GiB" : "an address, such as 0xc0000000");
                }
            }
            item.end();
            if (cpu.isPresent() && dma.isPresent() && size.isPresent()) {
                ranges.add(new DmaRange(
                        cpu.get().value(), dma.get().value(), size.get().value()));
            }
        }
        return Optional.of(new Sourced<>(List.copyOf(ranges), origin));
    }
}
