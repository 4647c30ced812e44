package dev.dmaops.runtime.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.MemoryEncryption;
import dev.dmaops.spi.Sourced;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads the whole file, section by section. */
final class HoconReader {
    private HoconReader() {}

    static PlatformConfiguration read(Path file, Problems problems) {
        Path name = file.getFileName();
        Path absolute = file.toAbsolutePath().getParent();
        Path directory = absolute == null ? file : absolute;
        if (!Files.isRegularFile(file)) {
            problems.add(
                    DmaErrorCode.BAD_FILE,
                    file.toString(),
                    "cannot read the configuration: expected a file, found "
                            + (Files.exists(file) ? "a directory" : "nothing") + ". Check the path.");
            return empty(file.toString(), directory);
        }
        return read(String.valueOf(name), directory, () -> text(file, String.valueOf(name)), problems);
    }

    /** A file inside an archive has no {@link java.io.File}; it can include no others. */
    private static Config text(Path file, String name) {
        if (file.getFileSystem().equals(FileSystems.getDefault())) {
            return ConfigFactory.parseFile(
                    file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false));
        }
        try {
            return ConfigFactory.parseString(
                    Files.readString(file), ConfigParseOptions.defaults().setOriginDescription(name));
        } catch (IOException e) {
            throw new ConfigException.Generic(name + ": " + e, e);
        }
    }

    static PlatformConfiguration parse(String name, Path directory, String text, Problems problems) {
        return read(
                name,
                directory,
                () -> ConfigFactory.parseString(
                        text, ConfigParseOptions.defaults().setOriginDescription(name)),
                problems);
    }

    private static PlatformConfiguration read(String name, Path directory, Supplier<Config> source, Problems problems) {
        Section root;
        try {
            root = new Section("", source.get().resolve().root(), problems);
        } catch (ConfigException e) {
            problems.add(DmaErrorCode.CONFIGURATION, where(name, e), reason(e));
            return empty(name, directory);
        }
        PlatformConfiguration configuration = configuration(name, directory, root);
        root.end();
        return configuration;
    }

    private static PlatformConfiguration configuration(String name, Path directory, Section root) {
        Optional<Sourced<Architecture>> architecture =
                root.word("platform", Words.of(Architecture.values(), Architecture::text));
        if (architecture.isEmpty() && !root.has("platform")) {
            root.missing("platform", "one of x86, arm, arm64");
        }
        Sourced<Architecture> platform = architecture.orElse(Sourced.byDefault(Architecture.ARM64));
        KernelSettings kernel =
                root.section("kernel").map(SectionReaders::kernel).orElse(KernelSettings.DEFAULT);
        MachineSettings machine =
                root.section("machine").map(MachineReader::machine).orElse(MachineSettings.DEFAULT);
        Hypervisor hypervisor = HypervisorReader.hypervisor(root.section("hypervisor"), platform.value());
        return new PlatformConfiguration(
                name,
                directory,
                platform,
                kernel,
                machine,
                hypervisor,
                root.text("devicetree"),
                root.section("iommu").map(IommuReader::iommu).orElse(IommuSettings.DEFAULT),
                root.section("pci").map(IommuReader::pci).orElse(PciSettings.DEFAULT),
                root.section("policy").map(SectionReaders::policy).orElse(PolicySettings.DEFAULT),
                root.word("memory-encryption", Words.of(MemoryEncryption.values(), MemoryEncryption::text))
                        .orElse(Sourced.byDefault(MemoryEncryption.NONE)),
                root.section("devices").map(DeviceReader::devices).orElse(List.of()),
                WorkloadReader.workload(root, hypervisor));
    }

    private static PlatformConfiguration empty(String name, Path directory) {
        return new PlatformBuilder(Architecture.ARM64)
                .name(name)
                .directory(directory)
                .build();
    }

    private static String where(String name, ConfigException e) {
        return e.origin() != null && e.origin().lineNumber() > 0
                ? name + ":" + e.origin().lineNumber()
                : name;
    }

    private static String reason(ConfigException e) {
        String message = String.valueOf(e.getMessage());
        String origin = e.origin() == null ? "" : e.origin().description() + ": ";
        String plain = message.startsWith(origin) ? message.substring(origin.length()) : message;
        return "cannot read the HOCON text: " + plain + (plain.endsWith(".") || plain.endsWith(")") ? "" : ".");
    }
}
