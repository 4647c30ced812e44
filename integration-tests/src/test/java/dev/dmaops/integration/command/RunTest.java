package dev.dmaops.integration.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.BounceReason;
import dev.dmaops.cli.scene.DrivenDevice;
import dev.dmaops.cli.scene.Scene;
import dev.dmaops.cli.scene.ScenePlayer;
import dev.dmaops.cli.scene.SceneReport;
import dev.dmaops.cli.scene.Tour;
import dev.dmaops.cli.workload.DeviceReport;
import dev.dmaops.cli.workload.WorkloadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts of what {@code run} drives; the workload is drawn from a seed, so they are the same every time. */
final class RunTest {
    private static final WorkloadSettings SETTINGS = new WorkloadSettings(200, 0, 1);
    private static final Set<String> ONE_GIB = Set.of(
            "fe007000.dma-controller",
            "fe00b880.mailbox",
            "fe00b840.mailbox",
            "fe300000.mmc",
            "fe400000.hvs",
            "fe980000.usb",
            "fe340000.mmc");

    @Test
    void pcMapsEverythingDirectly() {
        SceneReport pc = play("pc-2g");

        assertThat(pc.poolSlots()).isZero();
        assertThat(reports(pc).values()).hasSize(3).allSatisfy(device -> {
            assertThat(device.choice().backend()).isEqualTo("direct");
            assertThat(device.maps()).isEqualTo(device.direct()).isGreaterThan(SETTINGS.operations());
        });
        assertClean(pc);
    }

    @Test
    void boardTranslatesMapsDirectlyAndBouncesForSeveralReasons() {
        SceneReport board = play("raspberry-pi-4");
        Map<String, DeviceReport> devices = reports(board);

        assertThat(board.poolSlots()).isEqualTo(32768);
        assertThat(board.leftOut()).containsExactly("soc", "emmc2bus", "scb", "fd500000.pcie");
        assertThat(devices.keySet()).containsAll(ONE_GIB).hasSize(10);
        assertThat(devices.values()).allSatisfy(device -> {
            assertThat(device.choice().backend()).isEqualTo("swiotlb");
            assertThat(device.maps()).isEqualTo(device.direct() + device.translated() + device.bouncedTotal());
        });
        devices.forEach((id, device) -> {
            if (ONE_GIB.contains(id)) {
                assertThat(device.direct()).as(id).isZero();
                assertThat(device.translated()).as(id).isPositive();
                // A quarter of the RAM is within reach.
                assertThat(device.bounced().get(BounceReason.OUTSIDE_DMA_RANGES))
                        .as(id)
                        .isBetween(device.maps() / 2, device.maps());
            }
        });
        assertThat(List.of("fd580000.ethernet", "fec00000.gpu")).allSatisfy(id -> {
            DeviceReport device = report(devices, id);
            assertThat(device.translated()).isZero();
            assertThat(device.direct()).isGreaterThan(device.maps() / 2);
            assertThat(device.bounced()).doesNotContainKey(BounceReason.OUTSIDE_DMA_RANGES);
        });
        DeviceReport usb3 = report(devices, "0000:01:00.0");
        assertThat(usb3.translated()).isZero();
        assertThat(usb3.direct()).isPositive();
        assertThat(usb3.bounced().get(BounceReason.OUTSIDE_DMA_RANGES)).isBetween(1L, usb3.maps() / 2);
        assertThat(reasons(devices))
                .contains(
                        BounceReason.OUTSIDE_DMA_RANGES,
                        BounceReason.SMALL_UNALIGNED_BUFFER,
                        BounceReason.NOT_DEVICE_MEMORY);
        assertClean(board);
    }

    @Test
    void countsOfASeedNeverChange() {
        DeviceReport mmc = report(reports(play("raspberry-pi-4")), "fe340000.mmc");

        assertThat(mmc)
                .usingRecursiveComparison()
                .ignoringFields("choice", "nanos")
                .isEqualTo(report(reports(play("raspberry-pi-4")), "fe340000.mmc"));
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Mutant.WrongAddress.class,
                Mutant.NoTranslation.class,
                Mutant.NoCopyBack.class,
                Mutant.NoSync.class
            })
    void backendWithAMistakeIsFound(Class<? extends Mutant> mutant, @TempDir Path folder) throws IOException {
        Path board = Files.writeString(folder.resolve("mutant.conf"), """
                platform = arm64
                devicetree = "board.dts"
                devices { "fe340000.mmc" { backend = mutant } }
                """);
        Files.copy(Examples.folder().resolve("boards/raspberry-pi-4.dts"), folder.resolve("board.dts"));

        Command command = Command.runWith(
                ProviderLoader.with(folder, mutant),
                "run",
                board.toString(),
                "--devices",
                "fe340000.mmc",
                "--ops",
                "60",
                "--json");

        assertThat(command.status()).as(command.err()).isEqualTo(1);
        assertThat(command.out()).contains("\"backend\" : \"mutant\"").doesNotContain("\"mismatchedBytes\" : 0");
    }

    private static SceneReport play(String name) {
        try (Tour tour = Tour.open()) {
            Scene scene = tour.scenes().stream()
                    .filter(candidate -> candidate.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            return new ScenePlayer(SETTINGS, Optional.empty(), id -> {}).play(scene);
        }
    }

    private static Map<String, DeviceReport> reports(SceneReport scene) {
        return scene.devices().stream()
                .map(DrivenDevice::report)
                .collect(Collectors.toMap(report -> report.choice().device(), Function.identity()));
    }

    private static DeviceReport report(Map<String, DeviceReport> devices, String id) {
        return Optional.ofNullable(devices.get(id)).orElseThrow();
    }

    private static Set<BounceReason> reasons(Map<String, DeviceReport> devices) {
        Set<BounceReason> reasons = EnumSet.noneOf(BounceReason.class);
        devices.values().forEach(device -> reasons.addAll(device.bounced().keySet()));
        return reasons;
    }

    private static void assertClean(SceneReport scene) {
        assertThat(scene.mismatchedBytes()).isZero();
        assertThat(scene.faults()).isZero();
        assertThat(reports(scene).values())
                .allSatisfy(device -> assertThat(device.refused()).isEmpty());
    }
}
