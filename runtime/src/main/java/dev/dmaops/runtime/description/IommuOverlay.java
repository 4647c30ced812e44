package dev.dmaops.runtime.description;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.runtime.configuration.IommuSettings;
import dev.dmaops.runtime.configuration.NearestNames;
import dev.dmaops.runtime.configuration.Problems;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.IommuAttachment;
import dev.dmaops.spi.IommuAttachment.DriverWish;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.Sourced;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Lays what the configuration says of the IOMMU over what the device tree says. */
final class IommuOverlay {
    private final IommuSettings settings;
    private final Hardware usual;
    private final List<Behind> behind;

    /** An entry of {@code iommu.behind}: an id, or a pattern with stars. */
    private record Behind(Sourced<String> name, Predicate<String> matches) {
        static Behind of(Sourced<String> name) {
            String value = name.value();
            return new Behind(
                    name,
                    value.contains("*")
                            ? Pattern.compile(Pattern.quote(value).replace("*", "\\E.*\\Q"))
                                    .asMatchPredicate()
                            : value::equals);
        }
    }

    /**
     * Prepares the overlay.
     *
     * @param xen whether the kernel runs under Xen, which then drives the IOMMU itself
     */
    IommuOverlay(IommuSettings settings, Architecture architecture, boolean xen) {
        this.settings = settings;
        this.usual = xen ? Hardware.XEN_HIDDEN : architecture == Architecture.X86 ? Hardware.INTEL : Hardware.SMMU;
        this.behind = settings.behind().stream().map(Behind::of).toList();
    }

    /** The devices, each behind the IOMMU that the configuration says, else behind its own. */
    List<DeviceDescription> apply(List<DeviceDescription> devices, Problems problems) {
        if (!settings.present().value()) {
            return devices.stream()
                    .map(device -> device.withIommu(Optional.empty()))
                    .toList();
        }
        reportUnknown(devices, problems);
        long nextStreamId = 0;
        DeviceDescription[] overlaid = devices.toArray(DeviceDescription[]::new);
        for (int i = 0; i < overlaid.length; i++) {
            String id = overlaid[i].id();
            Optional<Behind> said =
                    behind.stream().filter(entry -> entry.matches().test(id)).findFirst();
            if (said.isPresent()) {
                overlaid[i] = overlaid[i].withIommu(Optional.of(
                        attachment(overlaid[i].iommu(), said.get().name().origin(), nextStreamId++)));
            } else {
                overlaid[i] =
                        overlaid[i].withIommu(overlaid[i].iommu().map(tree -> tree.withLimits(settings.limits())));
            }
        }
        return List.of(overlaid);
    }

    private IommuAttachment attachment(Optional<IommuAttachment> tree, String origin, long streamId) {
        return new IommuAttachment(
                settings.hardware()
                        .map(Sourced::value)
                        .or(() -> tree.map(IommuAttachment::hardware))
                        .orElse(usual),
                settings.driverWish()
                        .map(Sourced::value)
                        .or(() -> tree.map(IommuAttachment::driverWish))
                        .orElse(DriverWish.NONE),
                settings.deferredFlush()
                        .map(Sourced::value)
                        .or(() -> tree.map(IommuAttachment::deferredFlush))
                        .orElse(true),
                tree.map(IommuAttachment::streamId).orElse(streamId),
                tree.map(IommuAttachment::group).orElse(""),
                settings.limits(),
                origin);
    }

    private void reportUnknown(List<DeviceDescription> devices, Problems problems) {
        List<String> ids = devices.stream().map(DeviceDescription::id).toList();
        for (Behind entry : behind) {
            if (ids.stream().noneMatch(entry.matches())) {
                String name = entry.name().value();
                String hint = NearestNames.hint(name, ids);
                problems.add(
                        DmaErrorCode.UNKNOWN_DEVICE,
                        entry.name().origin(),
                        "iommu.behind: no device is called \"" + name + "\"."
                                + (hint.isEmpty() ? " explain lists the devices." : " " + hint));
            }
        }
    }
}
