package dev.dmaops.runtime.description;

import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.firmware.FirmwareException;
import dev.dmaops.firmware.devicetree.DeviceTree;
import dev.dmaops.firmware.devicetree.DeviceTreeFolder;
import dev.dmaops.firmware.devicetree.DeviceTreeSource;
import dev.dmaops.firmware.kconfig.BuiltinConfigs;
import dev.dmaops.firmware.kconfig.KconfigReport;
import dev.dmaops.firmware.kconfig.KernelArchitecture;
import dev.dmaops.firmware.kconfig.KernelConfig;
import dev.dmaops.runtime.configuration.Problems;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.Sourced;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** Opens the files that a configuration names. A file that cannot be used is a mistake at the line that names it. */
final class NamedFiles {
    /** Name of the kernel configuration that comes with the library, for every platform. */
    static final String BUILTIN_CONFIG = "debian-6.12";

    private static final long MAX_CONFIG_BYTES = 16L << 20;

    private final Path directory;
    private final Problems problems;

    NamedFiles(Path directory, Problems problems) {
        this.directory = directory;
        this.problems = problems;
    }

    /** The built-in configuration of a platform. */
    static KernelConfig builtinConfig(Architecture architecture) {
        KernelArchitecture kernel = switch (architecture) {
            case X86 -> KernelArchitecture.X86_64;
            case ARM -> KernelArchitecture.ARM;
            case ARM64 -> KernelArchitecture.ARM64;
        };
        return BuiltinConfigs.of(kernel).orElseThrow();
    }

    /** The kernel configuration, checked against its own rules; empty when it cannot be used. */
    Optional<KernelConfig> kernelConfig(Sourced<String> name, Architecture architecture) {
        if (name.value().equals(BUILTIN_CONFIG)) {
            return Optional.of(builtinConfig(architecture));
        }
        return open("kernel.config", name, "a .config of a kernel, or " + BUILTIN_CONFIG, file -> {
            KernelConfig config = read(file);
            if (config.architecture().isPresent() && config.version().isPresent()) {
                KconfigReport.of(config).requireConsistent();
            }
            return config;
        });
    }

    /** The device tree: flattened, as source, or as the folder that a kernel shows; empty when it cannot be used. */
    Optional<DeviceTree> deviceTree(Sourced<String> name) {
        if (isFolder(name.value())) {
            try {
                return Optional.of(DeviceTreeFolder.read(directory.resolve(name.value())));
            } catch (FirmwareException e) {
                report("devicetree", name.origin(), e);
                return Optional.empty();
            }
        }
        return open(
                "devicetree",
                name,
                "a .dtb or .dts",
                file -> name.value().endsWith(".dts") ? DeviceTreeSource.read(file) : DeviceTree.read(file));
    }

    private boolean isFolder(String name) {
        try {
            return Files.isDirectory(directory.resolve(name));
        } catch (InvalidPathException noPath) {
            return false;
        }
    }

    private <T> Optional<T> open(String key, Sourced<String> name, String expected, Function<Path, T> read) {
        try {
            Path file = directory.resolve(name.value());
            if (!Files.isRegularFile(file)) {
                problems.add(
                        DmaErrorCode.BAD_FILE,
                        name.origin(),
                        key + ": expected " + expected + ", found " + (Files.exists(file) ? "no file" : "nothing")
                                + " at " + file + ". Check the path; it starts from the folder of the configuration.");
                return Optional.empty();
            }
            return Optional.of(read.apply(file));
        } catch (InvalidPathException e) {
            problems.add(
                    DmaErrorCode.BAD_FILE,
                    name.origin(),
                    key + ": expected " + expected + ", found \"" + name.value() + "\", which is no path.");
            return Optional.empty();
        } catch (FirmwareException e) {
            report(key, name.origin(), e);
            return Optional.empty();
        }
    }

    /** Adds what a reader found wrong, at the line that names what it read. */
    void report(String key, String where, FirmwareException e) {
        problems.add(
                e.what().startsWith("contradicts") ? DmaErrorCode.CONTRADICTORY_CONFIG : DmaErrorCode.BAD_FILE,
                where,
                key + ": " + e.getMessage());
    }

    /** As {@link KernelConfig#read}, with the name alone as the origin of its values. */
    private static KernelConfig read(Path file) {
        try {
            if (Files.size(file) > MAX_CONFIG_BYTES) {
                return KernelConfig.read(file);
            }
            return KernelConfig.of(String.valueOf(file.getFileName()), Files.readAllBytes(file));
        } catch (IOException e) {
            throw new FirmwareException(
                    file.toString(),
                    "",
                    "cannot read the kernel configuration",
                    "a readable file",
                    e.toString(),
                    "Check its permissions",
                    e);
        }
    }
}
