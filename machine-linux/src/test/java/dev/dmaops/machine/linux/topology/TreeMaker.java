package dev.dmaops.machine.linux.topology;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Makes a small tree of sysfs and procfs files. */
final class TreeMaker {
    private final Path root;

    TreeMaker(Path root) {
        this.root = root;
        file("/proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\n");
        file("/proc/sys/kernel/osrelease", "6.12.117+deb12-amd64\n");
    }

    TreeMaker file(String name, String text) {
        return bytes(name, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    TreeMaker bytes(String name, byte... content) {
        try {
            Path file = root.resolve(name.substring(1));
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.write(file, content);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TreeMaker link(String name, String target) {
        try {
            Path link = root.resolve(name.substring(1));
            Files.createDirectories(Objects.requireNonNull(link.getParent()));
            Files.createSymbolicLink(link, Path.of(target));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A PCI function with the files that every one has. */
    TreeMaker device(String id) {
        String folder = "/sys/bus/pci/devices/" + id;
        return file(folder + "/vendor", "0x1234\n")
                .file(folder + "/device", "0x11e8\n")
                .file(folder + "/class", "0x00ff00\n")
                .file(folder + "/dma_mask_bits", "32\n")
                .file(folder + "/driver_override", "(null)\n")
                .file(folder + "/numa_node", "-1\n");
    }

    TreeMaker driver(String id, String driver) {
        return link("/sys/bus/pci/devices/" + id + "/driver", "../../../bus/pci/drivers/" + driver);
    }

    TreeMaker group(String id, String number, String type) {
        return file("/sys/kernel/iommu_groups/" + number + "/type", type + "\n")
                .link("/sys/kernel/iommu_groups/" + number + "/devices/" + id, "../../../../devices/" + id)
                .link("/sys/bus/pci/devices/" + id + "/iommu_group", "../../../kernel/iommu_groups/" + number);
    }

    HostFiles files() {
        return new HostFiles(root);
    }
}
