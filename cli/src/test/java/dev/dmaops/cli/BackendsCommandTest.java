package dev.dmaops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class BackendsCommandTest {
    private final StringWriter out = new StringWriter();

    private void run(String... arguments) {
        assertThat(Main.run(new PrintWriter(out, true), new PrintWriter(new StringWriter()), arguments))
                .isZero();
    }

    @Test
    void everyBackendIsListedWithItsGate() {
        run("backends");

        assertThat(out.toString().lines().map(line -> line.replaceAll(" {2,}", "|")))
                .anyMatch(line -> line.startsWith("BACKEND|VERSION|KERNELS|JAR|FOUND ON"))
                .anyMatch(line -> line.matches("direct\\|.*\\|HAS_DMA\\|.*\\|(class|module) path"))
                .anyMatch(line -> line.startsWith("swiotlb|"))
                .anyMatch(line -> line.startsWith("swiotlb-xen|"))
                .anyMatch(line -> line.startsWith("xen-pv|"))
                .anyMatch(line -> line.startsWith("iommu|"))
                .anyMatch(line -> line.startsWith("sim|"));
    }

    @Test
    void jsonNamesJarGateAndHow() {
        run("backends", "--json");

        assertThat(out.toString())
                .contains("\"id\" : \"swiotlb-xen\"")
                .contains("\"expression\" : \"SWIOTLB_XEN && (ARM || ARM64)\"")
                .contains("\"jar\" : ")
                .contains("\"how\" : ");
    }
}
