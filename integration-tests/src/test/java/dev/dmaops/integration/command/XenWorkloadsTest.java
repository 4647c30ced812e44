package dev.dmaops.integration.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.BounceReason;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.cli.scene.DrivenDevice;
import dev.dmaops.cli.scene.Scene;
import dev.dmaops.cli.scene.ScenePlayer;
import dev.dmaops.cli.scene.SceneReport;
import dev.dmaops.cli.workload.Detection;
import dev.dmaops.cli.workload.DeviceReport;
import dev.dmaops.cli.workload.WorkloadSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The scenes of Xen that are examples: what their devices do, and that every byte is right on both sides. */
final class XenWorkloadsTest {
    private static final WorkloadSettings SETTINGS = new WorkloadSettings(100, 0, 1);
    private static final String RAN_OUT =
            "Xen ran out of frames for some device (if it did not: raise --ops, or lower machine.host-ram)";

    @Test
    void boardAsDom0UsesLocalPagesTranslatesForeignOnesAndBouncesThoseAboveTheWindow() {
        Map<String, DeviceReport> devices = play("raspberry-pi-4-xen");

        assertThat(devices.values())
                .allSatisfy(device -> assertThat(device.choice().backend()).isEqualTo("swiotlb-xen"));
        DeviceReport all = report(devices, "fd580000.ethernet");
        assertThat(all.direct()).as("local pages").isPositive();
        assertThat(all.translated()).as("pages of others, and nothing else").isPositive();
        assertThat(all.bounced()).doesNotContainKey(BounceReason.OUTSIDE_DMA_RANGES);
        DeviceReport pcie = report(devices, "0000:01:00.0");
        assertThat(pcie.direct()).isPositive();
        assertThat(pcie.translated()).isPositive();
        assertThat(pcie.bounced()).containsKey(BounceReason.OUTSIDE_DMA_RANGES);
    }

    @Test
    void blockBackendTranslatesWhatTheDiskReachesAndBouncesTheRest() {
        Map<String, DeviceReport> devices = play("raspberry-pi-4-xen-block");

        DeviceReport narrow = report(devices, "mmc");
        assertThat(narrow.bounced()).containsOnlyKeys(BounceReason.OUTSIDE_DMA_RANGES);
        assertThat(narrow.translated()).isPositive();
        assertThat(narrow.foreignMaps()).isEqualTo(narrow.maps());
        assertThat(narrow.grantCopies()).isZero();
        DeviceReport wide = report(devices, "nvme");
        assertThat(wide.bounced()).isEmpty();
        assertThat(wide.translated()).isEqualTo(wide.maps()).isEqualTo(wide.foreignMaps());
    }

    @Test
    void networkBackendOfAPvDom0BouncesForTheOldCardOnly() {
        Map<String, DeviceReport> devices = play("pc-xen-pv-network");

        DeviceReport old = report(devices, "0000:03:00.0");
        assertThat(old.bounced()).containsOnlyKeys(BounceReason.ADDRESS_ABOVE_LIMIT);
        assertThat(old.foreignMaps()).isPositive();
        assertThat(old.grantCopies()).isEqualTo(SETTINGS.operations());
        assertThat(old.grantCopiedBytes()).isGreaterThan(60L * SETTINGS.operations());
        DeviceReport recent = report(devices, "0000:04:00.0");
        assertThat(recent.bounced()).isEmpty();
        assertThat(recent.foreignMaps()).isPositive();
    }

    @Test
    void networkBackendOfABoardMaintainsForeignPagesThroughXenAndBouncesAboveTheWindow() {
        Map<String, DeviceReport> devices = play("raspberry-pi-4-xen-network");

        DeviceReport ethernet = report(devices, "ethernet");
        assertThat(ethernet.bounced()).isEmpty();
        assertThat(ethernet.foreignMaps()).isPositive().isEqualTo(ethernet.translated());
        DeviceReport card = report(devices, "pcie-card");
        assertThat(card.bounced()).containsOnlyKeys(BounceReason.OUTSIDE_DMA_RANGES);
        assertThat(card.translated()).isPositive();
    }

    @Test
    void hiddenIommuTakesMachineAddressesAsLinuxGivesThemAndGuestAddressesUnderThePolicy() {
        DeviceReport kept = report(play("raspberry-pi-4-xen-iommu-kept"), "fd580000.ethernet");
        DeviceReport skipped = report(play("raspberry-pi-4-xen-iommu"), "fd580000.ethernet");

        assertThat(kept.choice().backend()).isEqualTo("swiotlb-xen");
        assertThat(kept.translated()).isPositive();
        assertThat(skipped.choice().backend()).isEqualTo("swiotlb");
        assertThat(skipped.translated()).isZero();
        assertThat(skipped.direct()).isEqualTo(kept.direct() + kept.translated());
    }

    @Test
    void pagesThatGoWhileADeviceHasThemAreDetectedAndNothingIsCorrupted() {
        Map<String, DeviceReport> devices = play("raspberry-pi-4-xen-grant-loss");

        assertThat(detections(report(devices, "mmc")))
                .containsOnlyKeys(
                        "Xen refuses to revoke a grant that is mapped",
                        "the device is stopped at a page that is no longer granted",
                        "the copy from a bounce slot back to a page that is gone is refused (DMA-3015 BUFFER_GONE)",
                        "no bounce slot is lost");
        for (String id : new String[] {"nvme", "behind-iommu"}) {
            assertThat(detections(report(devices, id)))
                    .containsOnlyKeys(
                            "Xen refuses to revoke a grant that is mapped",
                            "the device is stopped at a page that is no longer granted",
                            "no bounce slot is lost");
        }
    }

    @Test
    void exhaustedExchangeSaysSoAndRecovers() {
        for (DeviceReport device : play("pc-xen-pv-exhausted").values()) {
            assertThat(detections(device))
                    .containsKeys(
                            RAN_OUT,
                            "the refusal says: no block of order 8 below 2^32",
                            "memory is there again when a buffer was freed",
                            "every machine frame has one owner and none is lost");
            assertThat(device.refused()).containsOnlyKeys(DmaErrorCode.NO_CONTIGUOUS_REGION);
        }
        assertThat(play("pc-xen-pv-exhausted").values().stream()
                        .flatMap(device -> detections(device).keySet().stream()))
                .contains("memory is there again when another domain gave its back");
    }

    @Test
    void otherDomainGivesBackMemoryThatEveryDeviceReaches(@TempDir Path folder) throws IOException {
        Command command = runExhausted(
                folder,
                text -> text.replace("size = 64MiB }, {", "size = 64MiB }, { start = 0x40000000, size = 64MiB }, {")
                        .replace(
                                "\"0000:03:00.0\" { bus = pci, mask = 32bit }",
                                "\"0000:03:00.0\" { bus = pci, mask = 30bit }"),
                "200");

        assertThat(command.status()).as(command.err() + command.out()).isZero();
        assertThat(command.out())
                .contains(
                        "0000:03:00.0: ",
                        "the refusal says: no block of order 8 below 2^30\n",
                        "memory is there again when another domain gave its back\n")
                .doesNotContain("FAILED");
    }

    @Test
    void exchangeThatNeverRunsOutIsAFinding(@TempDir Path folder) throws IOException {
        Command command = runExhausted(folder, text -> text, "3");

        assertThat(command.status()).as(command.err() + command.out()).isEqualTo(1);
        assertThat(command.out())
                .contains("  0000:03:00.0: FAILED 1 of 1 times: " + RAN_OUT + "\n")
                .contains("  0000:04:00.0: FAILED 1 of 1 times: " + RAN_OUT + "\n");
    }

    private static Command runExhausted(Path folder, UnaryOperator<String> change, String operations)
            throws IOException {
        String text = Files.readString(Examples.folder().resolve("pc-xen-pv-exhausted.conf"));
        Path file = Files.writeString(folder.resolve("exhausted.conf"), change.apply(text));
        return Command.run("run", file.toString(), "--ops", operations);
    }

    @ParameterizedTest
    @ValueSource(strings = {"block-backend", "network-backend", "grant-loss"})
    void hostWithoutMemoryForOtherDomainsIsTheConfigurationsMistake(String workload, @TempDir Path folder)
            throws IOException {
        Path file = Files.writeString(folder.resolve("full.conf"), """
                platform = arm64
                kernel { version = "6.12", config = debian-6.12 }
                hypervisor { kind = xen, domain = dom0, direct-mapped = yes }
                machine { ram = [ { start = 0x40000000, size = 64MiB } ], host-ram = [ { start = 0x40000000, size = 64MiB } ] }
                devices { "disk" { bus = platform, coherent = yes } }
                """ + "workload = " + workload + "\n");

        Command command = Command.run("run", file.toString(), "--ops", "10");

        assertThat(command.err())
                .contains("DMA-1017 full.conf:6: workload: " + workload
                        + " maps pages of other domains: expected more than 524288 bytes of the host's RAM to be left beside"
                        + " dom0's, found 0. Enlarge machine.host-ram.")
                .hasLineCount(1);
        assertThat(command.status()).isEqualTo(2);
        assertThat(command.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"block-backend", "network-backend", "grant-loss"})
    void everyWorkloadOfForeignPagesRunsOnBothHalves(String workload, @TempDir Path folder) throws IOException {
        for (String scene : new String[] {"raspberry-pi-4-xen", "pc-xen-pv"}) {
            Path file = Files.writeString(
                    folder.resolve(scene + ".conf"),
                    Files.readString(Examples.folder().resolve(scene + ".conf"))
                                    .replace(
                                            "\"boards/",
                                            "\"" + Examples.folder().toAbsolutePath() + "/boards/")
                            + "workload = " + workload + "\n");

            Command command = Command.run("run", file.toString(), "--ops", "40");

            assertThat(command.status()).as(command.err() + command.out()).isZero();
            assertThat(command.out()).contains(" 0 wrong bytes.").doesNotContain("FAILED", "led nowhere");
        }
    }

    /** The negative control: a device that gets dom0's own address of another domain's page meets nothing, or other memory. */
    @ParameterizedTest
    @CsvSource({
        "raspberry-pi-4-xen-block, \"nvme\", swiotlb",
        "raspberry-pi-4-xen-network, \"ethernet\", swiotlb",
        "pc-xen-pv-network, \"0000:04:00.0\", direct"
    })
    void backendThatDoesNotTranslateIsFound(String scene, String device, String backend, @TempDir Path folder)
            throws IOException {
        String id = device.replace("\"", "");
        Path file = Files.writeString(
                folder.resolve("wrong.conf"),
                Files.readString(Examples.folder().resolve(scene + ".conf"))
                        .replace("\"" + id + "\" { ", "\"" + id + "\" { backend = " + backend + ", "));

        Command command = Command.run("run", file.toString(), "--ops", "20", "--devices", id, "--json");

        assertThat(command.status()).as(command.err()).isEqualTo(1);
        assertThat(command.out())
                .contains("\"backend\" : \"" + backend + "\"")
                .doesNotContain("\"mismatchedBytes\" : 0\n");
    }

    @Test
    void ratesAreReportedAsTextAndAsJson() {
        String file = Examples.folder().resolve("pc-xen-pv-network.conf").toString();

        assertThat(Command.run("run", file, "--ops", "20").out())
                .containsPattern("  0000:03:00\\.0 for other domains: \\d+ \\([1-9]\\d*/s\\) pages mapped, 20"
                        + " \\([1-9]\\d*/s\\) grant copies of 0\\.\\d MiB, \\d+ \\(\\d+/s\\) bounces\n");
        assertThat(Command.run("run", file, "--ops", "20", "--json").out())
                .containsPattern("\"foreignMapsPerSecond\" : [1-9]")
                .containsPattern("\"grantCopiesPerSecond\" : [1-9]")
                .contains("\"bouncesPerSecond\" : ", "\"detections\" : [ ]");
    }

    private static Map<String, Detection> detections(DeviceReport device) {
        assertThat(device.detections())
                .allSatisfy(one -> assertThat(one.times()).as(one.what()).isPositive());
        return device.detections().stream().collect(Collectors.toMap(Detection::what, Function.identity()));
    }

    private static Map<String, DeviceReport> play(String name) {
        Scene scene = Scene.of(Examples.folder().resolve(name + ".conf"));
        SceneReport report = new ScenePlayer(SETTINGS, Optional.empty(), id -> {}).play(scene);
        assertThat(report.devices())
                .allSatisfy(driven ->
                        assertThat(driven.report().isClean()).as("%s", driven).isTrue());
        return report.devices().stream()
                .map(DrivenDevice::report)
                .collect(Collectors.toMap(device -> device.choice().device(), Function.identity()));
    }

    private static DeviceReport report(Map<String, DeviceReport> devices, String id) {
        return Optional.ofNullable(devices.get(id)).orElseThrow();
    }
}
