package dev.dmaops.integration.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.firmware.devicetree.DeviceTreeWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One clear message on standard error, nothing on standard output, exit code 2. */
final class BadInputTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @Test
    void truncatedDeviceTree() throws IOException {
        byte[] whole = tree().toBytes();
        Files.write(folder.resolve("board.dtb"), Arrays.copyOf(whole, whole.length - 20));

        assertRefused(explainBoard(), "DMA-1004 board.conf:2: devicetree: board.dtb ");
    }

    @Test
    void deviceTreeWhoseReferencesLoop() throws IOException {
        DeviceTreeWriter loop = new DeviceTreeWriter().begin("");
        for (int self = 1; self <= 2; self++) {
            loop.begin("bus" + self)
                    .cells("phandle", self)
                    .cells("#interconnect-cells", 0)
                    .cells("interconnects", 3 - self)
                    .strings("interconnect-names", "dma-mem")
                    .end();
        }
        Files.write(folder.resolve("board.dtb"), loop.end().toBytes());

        assertRefused(
                explainBoard(),
                "DMA-1004 board.conf:2: devicetree: board.dtb /bus1: cannot use the device tree: expected a chain of DMA parents");
    }

    @Test
    void oversizedDeviceTree() throws IOException {
        byte[] whole = tree().toBytes();
        Files.write(folder.resolve("board.dtb"), Arrays.copyOf(whole, 5 << 20));
        byte[] size = new byte[] {0, 0x50, 0, 0};
        byte[] bytes = Files.readAllBytes(folder.resolve("board.dtb"));
        System.arraycopy(size, 0, bytes, 4, 4);
        Files.write(folder.resolve("board.dtb"), bytes);

        assertRefused(explainBoard(), "DMA-1004 board.conf:2: devicetree: board.dtb ");
    }

    @Test
    void kernelConfigurationThatContradictsItself() throws IOException {
        // Nothing but its selectors can switch this symbol on, and none of them is on.
        Files.writeString(folder.resolve("config"), """
                # Linux/x86 6.12.1 Kernel Configuration
                CONFIG_64BIT=y
                CONFIG_X86_64=y
                CONFIG_X86=y
                CONFIG_SWIOTLB_XEN=y
                # CONFIG_XEN is not set
                """);

        assertRefused(
                explain("platform = x86, machine { memory = 1GiB }, kernel { config = config }"),
                "DMA-1016 board.conf:1: kernel.config: config line 5: contradicts");
    }

    @Test
    void misspeltKey() throws IOException {
        assertRefused(
                explain("platform = x86, machine { memry = 1GiB, memory = 1GiB }"),
                "DMA-1002 board.conf:1: machine.memry: there is no such key");
    }

    @Test
    void backendThatTheKernelCannotHave() throws IOException {
        assertRefused(
                explain(
                        "platform = x86, machine { memory = 1GiB }, devices { nic { bus = pci, backend = swiotlb-xen } }"),
                "DMA-1014 board.conf:1: ");
    }

    @Test
    void backendWhoseJarIsMissing() throws IOException {
        Path file = configuration("platform = x86, machine { memory = 8GiB }, devices { nic { bus = pci } }");

        Command command = Command.runWith(ProviderLoader.without(folder, "swiotlb"), "run", file.toString());

        assertRefused(command, "DMA-1011 nic: backend swiotlb is not here");
        assertThat(command.err()).contains("Add the artifact dev.dmaops:dmaops-backend-swiotlb.");
    }

    @Test
    void backendThatNobodyProvides() throws IOException {
        assertRefused(
                Command.run(
                        "run",
                        configuration(
                                        "platform = x86, machine { memory = 1GiB }, devices { nic { bus = pci, backend = swoitlb } }")
                                .toString()),
                "DMA-1011 nic: backend swoitlb is not here");
    }

    private static DeviceTreeWriter tree() {
        return new DeviceTreeWriter()
                .begin("")
                .cells("#address-cells", 1)
                .cells("#size-cells", 1)
                .begin("memory@40000000")
                .strings("device_type", "memory")
                .cells("reg", 0x40000000, 0x40000000)
                .end()
                .end();
    }

    private Command explainBoard() throws IOException {
        return explain("platform = arm64\ndevicetree = \"board.dtb\"\n");
    }

    private Command explain(String text) throws IOException {
        return Command.run("explain", configuration(text).toString());
    }

    private Path configuration(String text) throws IOException {
        return Files.writeString(folder.resolve("board.conf"), text);
    }

    private static void assertRefused(Command command, String start) {
        assertThat(command.err())
                .startsWith("dmaops ")
                .contains(": " + start)
                .doesNotContain("\tat ")
                .hasLineCount(1);
        assertThat(command.out()).isEmpty();
        assertThat(command.status()).isEqualTo(2);
    }
}
