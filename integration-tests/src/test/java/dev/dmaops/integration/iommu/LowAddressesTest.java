package dev.dmaops.integration.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.spi.Machine;
import dev.dmaops.spi.Zone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LowAddressesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}")
    @CsvSource({"iommu.strict=1, 0xfffff000", "iommu.strict=1 iommu.forcedac=1, 0xfffffffff000"})
    void pciFunctionWithA64BitMaskGetsAddressesBelow4GibUnlessTheCommandLineSaysOtherwise(String line, String first)
            throws IOException {
        Path file = folder.resolve("pc.conf");
        Files.writeString(file, """
                platform = x86
                kernel { version = "6.12", cmdline = "intel_iommu=on %s" }
                machine { kind = sim, memory = 1GiB }
                iommu { behind = [ "0000:00:01.0" ], hardware = intel }
                devices { "0000:00:01.0" { bus = pci, mask = 64bit } }
                """.formatted(line));
        try (DmaPlatform platform = DmaPlatform.open(file)) {
            DmaDevice device = platform.device("0000:00:01.0");
            assertThat(device.choice().backend()).isEqualTo("iommu");
            long physical = platform.part(Machine.class).orElseThrow().pages().allocate(0, Zone.NORMAL);
            assertThat(device.mapSingle(physical, 4096, DmaDirection.TO_DEVICE, 0))
                    .isEqualTo(Long.decode(first));
        }
    }
}
