package dev.dmaops.machine.linux.topology;

import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.MemoryRange;
import dev.dmaops.spi.Sourced;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What holds for a host as a whole.
 *
 * @param architecture instruction set of the kernel
 * @param release what {@code uname -r} prints
 * @param version the release as numbers
 * @param config the kernel's .config, when it is where Debian puts it
 * @param commandLine what the kernel was started with
 * @param ram where RAM is
 * @param cpus processors there can ever be
 * @param bounceSlots slots of 2048 bytes in the kernel's bounce pool; empty when this user may not see it
 * @param hypervisor what runs below
 * @param userSpace what there is for DMA from user space
 */
public record HostSystem(
        Sourced<Architecture> architecture,
        String release,
        Sourced<KernelVersion> version,
        Optional<Path> config,
        Sourced<String> commandLine,
        Sourced<List<MemoryRange>> ram,
        Sourced<Integer> cpus,
        OptionalLong bounceSlots,
        Hypervisor hypervisor,
        UserSpaceDma userSpace) {
    private static final Pattern RELEASE = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?.*");
    private static final String RELEASE_FILE = "/proc/sys/kernel/osrelease";

    /** Reads what a host shows. */
    public static HostSystem read(HostFiles files) {
        Sourced<Architecture> architecture = architecture(files);
        String release = files.text(RELEASE_FILE).orElse("");
        Path config = files.path("/boot/config-" + release);
        return new HostSystem(
                architecture,
                release,
                version(release),
                Files.isReadable(config) ? Optional.of(config) : Optional.empty(),
                new Sourced<>(files.text("/proc/cmdline").orElse(""), "/proc/cmdline"),
                HostRam.read(files, architecture.value()),
                cpus(files),
                files.number("/sys/kernel/debug/swiotlb/io_tlb_nslabs"),
                XenFacts.read(files, architecture.value()),
                UserSpaceDma.read(files));
    }

    private static Sourced<Architecture> architecture(HostFiles files) {
        List<String> cpu = files.lines("/proc/cpuinfo");
        String origin = "/proc/cpuinfo";
        if (cpu.stream().anyMatch(line -> line.startsWith("vendor_id"))) {
            return new Sourced<>(Architecture.X86, origin);
        }
        if (cpu.stream().anyMatch(line -> line.startsWith("CPU implementer"))) {
            // 64-bit kernels name the vector unit asimd, 32-bit ones neon.
            boolean wide = cpu.stream().anyMatch(line -> line.startsWith("Features") && line.contains(" asimd"));
            return new Sourced<>(wide ? Architecture.ARM64 : Architecture.ARM, origin);
        }
        return new Sourced<>(
                switch (System.getProperty("os.arch", "")) {
                    case "aarch64" -> Architecture.ARM64;
                    case "arm" -> Architecture.ARM;
                    default -> Architecture.X86;
                },
                "this Java runtime");
    }

    private static Sourced<KernelVersion> version(String release) {
        Matcher matcher = RELEASE.matcher(release);
        if (!matcher.matches()) {
            return Sourced.byDefault(KernelVersion.of(6, 12));
        }
        String patch = matcher.group(3);
        return new Sourced<>(
                new KernelVersion(
                        Integer.parseInt(matcher.group(1)),
                        Integer.parseInt(matcher.group(2)),
                        patch == null ? 0 : Integer.parseInt(patch)),
                RELEASE_FILE);
    }

    private static Sourced<Integer> cpus(HostFiles files) {
        String name = "/sys/devices/system/cpu/possible";
        Optional<Integer> possible = files.text(name)
                .filter(text -> text.matches("0(-\\d{1,4})?"))
                .map(text -> text.equals("0") ? 1 : Integer.parseInt(text.substring(2)) + 1);
        if (possible.isPresent()) {
            return new Sourced<>(possible.get(), name);
        }
        long listed = files.lines("/proc/cpuinfo").stream()
                .filter(line -> line.matches("processor\\s*:.*"))
                .count();
        return new Sourced<>((int) Math.max(1, listed), "/proc/cpuinfo");
    }
}
