package dev.dmaops.integration.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.firmware.kconfig.PatchCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code explain --patch}: the ten kinds of kernels of the 2021 patch, each also as a configuration of the user's. */
final class ExplainPatchTest {
    private static final String TITLE =
            "patch 2021 (Linux 5.15): PCI_XEN stops selecting SWIOTLB_XEN, which now depends on XEN_PV || ARM || ARM64\n";

    @TempDir
    private Path folder;

    /** What the kernel of each row was, is, and gives a device; the columns before the backend are those of the specification. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    K1  | x86   | none                         | n | n | direct
                    K2  | x86   | kind = xen-pv, domain = dom0 | y | y | xen-pv
                    K3  | x86   | kind = xen-pv, domain = domU | y | y | xen-pv
                    K4  | x86   | kind = xen-hvm, domain = domU| y | n | direct
                    K5  | x86   | kind = xen-hvm, domain = domU| y | n | direct
                    K6  | x86   | kind = xen-hvm, domain = domU| y | n | direct
                    K7  | arm   | none                         | n | n | direct
                    K8  | arm   | kind = xen, domain = dom0    | y | y | swiotlb-xen
                    K9  | arm64 | none                         | n | n | direct
                    K10 | arm64 | kind = xen, domain = dom0    | y | y | swiotlb-xen
                    """)
    void everyRowAsAConfiguration(
            String row, String platform, String hypervisor, String before, String after, String backend)
            throws IOException {
        PatchCase kind = PatchCase.all().stream()
                .filter(one -> one.id().equals(row))
                .findFirst()
                .orElseThrow();
        Files.writeString(folder.resolve("kernel.config"), kind.config().text());
        Path file = Files.writeString(folder.resolve(row + ".conf"), """
                platform = %s
                kernel { version = "6.12", config = "kernel.config", cmdline = "iommu=soft" }
                machine { memory = 2GiB }
                hypervisor { %s }
                devices { "dev" { bus = %s, mask = 64bit } }
                """.formatted(
                        platform,
                        hypervisor.equals("none") ? "kind = none" : hypervisor,
                        kind.inputs().contains("PCI=y") ? "pci" : "platform"));

        Command command = Command.run("explain", file.toString(), "--patch", "2021");

        assertThat(command.status()).as(command.err()).isZero();
        // iommu=soft makes a pool on x86, where the device may then bounce.
        boolean pool = platform.equals("x86") && backend.equals("direct");
        String shown = pool ? "swiotlb, bounce possible" : backend;
        assertThat(command.out())
                .startsWith(row + ".conf: " + platform + ", Linux 5.15, ")
                .contains(TITLE)
                .containsPattern("\ndev     " + shown + ".*  " + shown);
        if (before.equals(after)) {
            assertThat(command.out()).contains("The kernel\n  nothing changes\n");
        } else {
            assertThat(command.out()).contains("  SWIOTLB_XEN: " + before + " -> " + after + "  depends on ");
        }
    }

    @Test
    void everyKindOfKernelAtOnce() {
        Command command = Command.run("explain", "--patch", "2021");

        assertThat(command.status()).isZero();
        assertThat(command.out().replaceAll("(?m) +(Physical|Guest frames|Another domain's) .*$", ""))
                .isEqualTo(TITLE + """

                        A 64-bit device on every kind of kernel
                             KERNEL                         RUNS AS        SWIOTLB_XEN  BEFORE       AFTER        WHY
                        K1   x86_64  XEN=n PCI=y            no hypervisor  n -> n       direct       direct
                        K2   x86_64  XEN=y XEN_PV=y PCI=y   xen-pv dom0    y -> y       xen-pv       xen-pv
                        K3   x86_64  XEN=y XEN_PV=y PCI=n   xen-pv domU    y -> y       xen-pv       xen-pv
                        K4   x86_64  XEN=y XEN_PV=n PCI=y   xen-hvm domU   y -> n       direct       direct
                        K5   x86_64  XEN=y XEN_PV=n PCI=n   xen-hvm domU   y -> n       direct       direct
                        K6   x86_32  XEN=y X86_PAE=y PCI=y  xen-hvm domU   y -> n       direct       direct
                        K7   arm     XEN=n PCI=n            no hypervisor  n -> n       direct       direct
                        K8   arm     XEN=y PCI=y            xen-arm dom0   y -> y       swiotlb-xen  swiotlb-xen
                        K9   arm64   XEN=n PCI=y            no hypervisor  n -> n       direct       direct
                        K10  arm64   XEN=y PCI=y            xen-arm dom0   y -> y       swiotlb-xen  swiotlb-xen

                        3 of 10 kernels lose SWIOTLB_XEN, 0 of 10 devices get another backend.
                        """);
    }

    @Test
    void jsonHasTheWholeChainOnBothSides() {
        assertThat(Command.run("explain", "--patch", "2021", "--json").out())
                .containsSubsequence(
                        "\"patch\" : \"2021\"",
                        "\"id\" : \"K2\"",
                        "\"x86.xen-pv.dom0\"",
                        "\"x86.xen-pv.dom0\"",
                        "\"id\" : \"K4\"",
                        "\"swiotlbXenBefore\" : \"y\"",
                        "\"swiotlbXenAfter\" : \"n\"",
                        "\"before\" : {",
                        "\"decisions\"",
                        "\"after\" : {",
                        "\"decisions\"");
        String file = Examples.folder().resolve("pc-xen-pv.conf").toString();
        assertThat(Command.run("explain", file, "--patch", "2021", "--device", "0000:03:00.0", "--json")
                        .out())
                .contains("\"changes\" : [ ]", "\"x86.xen-pv.dom0\"")
                .doesNotContain("0000:00:17.0");
    }

    @Test
    void whatDoesNotFitTogetherIsSaidSo() {
        assertThat(Command.run("explain", "--patch", "2020").err())
                .contains("--patch 2020: names no known patch: expected 2021, found 2020. Name one of these.");
        assertThat(Command.run("explain").err())
                .contains(
                        "explain needs a configuration: expected CONFIG, found none. Try examples/raspberry-pi-4.conf, or"
                                + " --patch 2021.");
        assertThat(Command.run("explain", "--patch", "2021", "--device", "dev").err())
                .contains("--device needs a configuration to look it up in: expected CONFIG, found none.");
        Command both = Command.run("explain", "a.conf", "--patch", "2021", "--compare", "b.conf");
        assertThat(both.status()).isEqualTo(2);
        assertThat(both.err()).contains("--patch and --compare exclude each other. Give one of them.");
    }
}
