package dev.dmaops.cli.scene;

import dev.dmaops.api.DmaPlatform;
import dev.dmaops.runtime.ConfiguredPlatform;
import dev.dmaops.runtime.configuration.IommuSettings;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.Sourced;
import java.util.List;

/**
 * One configuration played twice: with no device behind an IOMMU, and with the devices behind one.
 *
 * @param without how it went without
 * @param with how it went with
 */
public record IommuComparison(SceneReport without, SceneReport with) {
    private static final String ORIGIN = "--compare-iommu";

    /**
     * Plays both.
     *
     * @throws dev.dmaops.api.DmaConfigurationException with every mistake of the configuration
     */
    public static IommuComparison play(Scene scene, ScenePlayer player) {
        PlatformConfiguration said = PlatformConfiguration.read(scene.configuration());
        return new IommuComparison(play(scene, player, without(said)), play(scene, player, with(said)));
    }

    private static SceneReport play(Scene scene, ScenePlayer player, PlatformConfiguration configuration) {
        try (DmaPlatform platform = ConfiguredPlatform.open(configuration)) {
            return player.play(scene, platform);
        }
    }

    private static PlatformConfiguration without(PlatformConfiguration said) {
        return said.with(settings(said.iommu(), false, List.of()));
    }

    /** As configured, or when no device is behind one yet, with all of them behind one. */
    private static PlatformConfiguration with(PlatformConfiguration said) {
        PlatformConfiguration present =
                said.with(settings(said.iommu(), true, said.iommu().behind()));
        boolean any = PlatformDescription.of(present).devices().stream()
                .anyMatch(device -> device.iommu().isPresent());
        return any ? present : said.with(settings(said.iommu(), true, List.of(new Sourced<>("*", ORIGIN))));
    }

    private static IommuSettings settings(IommuSettings said, boolean present, List<Sourced<String>> behind) {
        return new IommuSettings(
                new Sourced<>(present, ORIGIN),
                behind,
                said.hardware(),
                said.driverWish(),
                said.deferredFlush(),
                said.pageSizes(),
                said.apertureFirst(),
                said.apertureLast(),
                said.reserved());
    }

    /** Bytes of both worlds that were not as they should be. */
    public long mismatchedBytes() {
        return without.mismatchedBytes() + with.mismatchedBytes();
    }

    /** Whether both worlds are clean. */
    public boolean isClean() {
        return without.isClean() && with.isClean();
    }
}
