package dev.dmaops.firmware.devicetree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.firmware.FirmwareException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceTreeFolderTest {
    @TempDir
    private Path folder;

    @Test
    void foldersAreNodesAndFilesAreProperties() throws IOException {
        Files.createDirectories(folder.resolve("soc/mmc@7e300000"));
        Files.write(folder.resolve("soc/phandle"), new byte[] {0, 0, 0, 9});
        Files.write(folder.resolve("soc/mmc@7e300000/dma-coherent"), new byte[0]);
        Files.writeString(folder.resolve("soc/mmc@7e300000/compatible"), "a,b\0c,d\0");

        DeviceTree tree = DeviceTreeFolder.read(folder);

        DeviceTreeNode mmc = tree.find("/soc/mmc@7e300000").orElseThrow();
        assertThat(mmc.compatible()).containsExactly("a,b", "c,d");
        assertThat(mmc.has("dma-coherent")).isTrue();
        assertThat(tree.byPhandle(9)).map(DeviceTreeNode::path).contains("/soc");
        assertThat(tree.origin()).isEqualTo(folder.toString());
    }

    @Test
    void theNameThatTheKernelAddsIsLeftOut() throws IOException {
        Files.createDirectory(folder.resolve("soc"));
        Files.writeString(folder.resolve("soc/name"), "soc\0");

        assertThat(DeviceTreeFolder.read(folder).find("/soc").orElseThrow().properties())
                .isEmpty();
    }

    @Test
    void aFolderThatIsNotThereIsOneClearMessage() {
        assertThatThrownBy(() -> DeviceTreeFolder.read(folder.resolve("absent")))
                .isInstanceOf(FirmwareException.class)
                .hasMessageContaining("cannot read the device tree: expected a folder of nodes and properties, found")
                .hasMessageContaining("Give the folder of the root node");
    }
}
