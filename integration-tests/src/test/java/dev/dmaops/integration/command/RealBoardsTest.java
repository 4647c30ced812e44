package dev.dmaops.integration.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.cli.explain.Explanation;
import dev.dmaops.firmware.devicetree.DeviceTree;
import dev.dmaops.firmware.devicetree.PlatformDevice;
import dev.dmaops.firmware.devicetree.PlatformDevices;
import dev.dmaops.spi.DevicePlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Device trees and kernel configurations of real systems; they are other people's and stay outside of the repository. */
final class RealBoardsTest {
    private static final Path GOLDEN = Path.of(System.getProperty("dmaops.golden", "../../shared/golden"))
            .toAbsolutePath()
            .normalize();
    private static final Path CONFIG = GOLDEN.resolve("configs/config.arm64_none_arm64.xz");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    static List<Optional<Path>> trees() {
        if (!Files.isDirectory(GOLDEN.resolve("dtb"))) {
            return List.of(Optional.empty());
        }
        try (Stream<Path> files = Files.list(GOLDEN.resolve("dtb"))) {
            return files.filter(file -> file.toString().endsWith(".dtb"))
                    .sorted()
                    .map(Optional::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("trees")
    void everyDeviceOfARealTreeHasItsLine(Optional<Path> tree) throws IOException {
        assumeTrue(tree.isPresent() && Files.exists(CONFIG), "the real trees and configurations are not here");

        Command command = Command.run("explain", configuration(tree.get()).toString());

        assertThat(command.status()).as(command.err()).isZero();
        List<String> devices = PlatformDevices.of(DeviceTree.read(tree.get())).all().stream()
                .map(PlatformDevice::name)
                .toList();
        assertThat(devices).isNotEmpty();
        assertThat(command.out().lines().map(line -> line.split(" {2,}", -1)[0]))
                .containsAll(devices);
        assertThat(command.out()).contains("For all devices", "Why ", "config.arm64_none_arm64.xz");
    }

    @Test
    void builtInBoardSelectsAsTheRealOne() throws IOException {
        Path real = GOLDEN.resolve("dtb/bcm2711-rpi-4-b.dtb");
        assumeTrue(Files.exists(real) && Files.exists(CONFIG), "the real board's tree is not here");
        Map<String, DevicePlan> theirs = plans(configuration(real));
        Path ours = Files.writeString(
                folder.resolve("ours.conf"),
                "platform = arm64\nkernel { version = \"6.12\", config = debian-6.12 }\ndevicetree = \""
                        + Examples.folder()
                                .resolve("boards/raspberry-pi-4.dts")
                                .toAbsolutePath()
                                .normalize() + "\"\n"
                        + "machine { memory = 4GiB }\n");

        Map<String, DevicePlan> mine = plans(ours);

        assertThat(mine).isNotEmpty();
        mine.forEach((id, plan) -> {
            DevicePlan other = Optional.ofNullable(theirs.get(id)).orElseThrow(() -> new AssertionError(id));
            assertThat(steps(plan.choice())).as(id).isEqualTo(steps(other.choice()));
            assertThat(plan.limits()).as(id).isEqualTo(other.limits());
            assertThat(plan.device().node()).as(id).isEqualTo(other.device().node());
        });
    }

    private static Map<String, DevicePlan> plans(Path configuration) {
        return Explanation.of(configuration).plan().devices().stream()
                .collect(Collectors.toMap(plan -> plan.device().id(), Function.identity()));
    }

    /** The choice without where its inputs came from. */
    private static String steps(BackendChoice choice) {
        return choice.backend() + " " + choice.bounce() + " " + choice.pool() + " " + choice.iommuDomain() + " "
                + choice.setMask() + " "
                + choice.decisions().stream()
                        .map(decision -> decision.rule() + "=" + decision.outcome())
                        .toList();
    }

    private Path configuration(Path tree) throws IOException {
        return Files.writeString(
                folder.resolve("board.conf"),
                "platform = arm64\nkernel { version = \"6.12\", config = \"" + CONFIG + "\" }\ndevicetree = \"" + tree
                        + "\"\nmachine { memory = 4GiB }\n");
    }
}
