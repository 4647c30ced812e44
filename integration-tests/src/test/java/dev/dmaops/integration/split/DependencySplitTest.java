package dev.dmaops.integration.split;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One Java process with each set of jars opens a Raspberry Pi 4 as Xen dom0 and a PC as PV dom0. */
class DependencySplitTest {
    private static final String ARM_HALF = "backend-swiotlb-xen|platform-arm";
    private static final String X86_HALF = "backend-xen-pv|platform-x86";
    private static final String BOARD = "raspberry-pi-4-xen.conf";
    private static final String PC = "pc-xen-pv.conf";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void withBothHalvesBothOpen() throws Exception {
        assertThat(openWithout(" ")).containsExactly(BOARD + ": [swiotlb-xen]", PC + ": [xen-pv]");
    }

    @Test
    void armNeedsNoJarOfTheX86Half() throws Exception {
        assertThat(openWithout(X86_HALF))
                .containsExactly(
                        BOARD + ": [swiotlb-xen]",
                        PC
                                + ": DMA-1012 pc-xen-pv.conf:5: no rules for platform x86: expected one of arm, arm64, whose"
                                + " rules are here. Add the artifact dev.dmaops:dmaops-platform-x86.");
    }

    @Test
    void x86NeedsNoJarOfTheArmHalf() throws Exception {
        assertThat(openWithout(ARM_HALF))
                .containsExactly(
                        BOARD
                                + ": DMA-1012 raspberry-pi-4-xen.conf:5: no rules for platform arm64: expected one of x86, whose"
                                + " rules are here. Add the artifact dev.dmaops:dmaops-platform-arm.",
                        PC + ": [xen-pv]");
    }

    @Test
    void withNeitherBothNameWhatToAdd() throws Exception {
        assertThat(openWithout(ARM_HALF + "|" + X86_HALF))
                .containsExactly(
                        BOARD
                                + ": DMA-1012 raspberry-pi-4-xen.conf:5: no rules for platform arm64: those of no platform are"
                                + " here. Add the artifact dev.dmaops:dmaops-platform-arm.",
                        PC + ": DMA-1012 pc-xen-pv.conf:5: no rules for platform x86: those of no platform are here."
                                + " Add the artifact dev.dmaops:dmaops-platform-x86.");
    }

    @Test
    void platformWithoutTheBackendThatItChoosesNamesTheBackend() throws Exception {
        assertThat(openWithout("backend-xen-pv|backend-swiotlb-xen"))
                .containsExactly(
                        BOARD + ": DMA-1011 soc: backend swiotlb-xen is not here: expected one of"
                                + " direct, iommu, swiotlb. Add the artifact dev.dmaops:dmaops-backend-swiotlb-xen.",
                        PC
                                + ": DMA-1011 0000:00:17.0: backend xen-pv is not here: expected one of direct, iommu, swiotlb."
                                + " Add the artifact dev.dmaops:dmaops-backend-xen-pv.");
    }

    private List<String> openWithout(String modules) throws IOException, InterruptedException {
        Pattern left = Pattern.compile("[/-](" + modules + ")[/-]");
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !left.matcher(entry).find())
                .collect(Collectors.joining(File.pathSeparator));
        Path examples = Path.of(System.getProperty("dmaops.root", "..")).resolve("examples");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", classPath, OpenAndTell.class.getName()));
        command.addAll(
                List.of(examples.resolve(BOARD).toString(), examples.resolve(PC).toString()));
        File errors = folder.resolve("errors.txt").toFile();
        Process process = new ProcessBuilder(command).redirectError(errors).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out.lines().toList();
    }
}
