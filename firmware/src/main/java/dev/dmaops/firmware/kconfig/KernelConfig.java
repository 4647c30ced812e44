package dev.dmaops.firmware.kconfig;

import dev.dmaops.firmware.FirmwareException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A kernel .config file as it was read: what it says, line by line, and nothing deduced.
 *
 * <p>A symbol can be set, can be {@code n} because the file says {@code # CONFIG_X is not set}, or can be absent; Kconfig
 * tells the last two apart (an absent symbol was not offered), so {@link #entry(String)} does too, and {@link
 * #tristate(String)} reads both as {@code n}.
 */
public final class KernelConfig {
    private final String origin;
    private final Optional<ConfigParser.Header> header;
    private final Map<String, ConfigEntry> entries;
    private final List<ConfigEntry> lines;

    KernelConfig(String origin, Optional<ConfigParser.Header> header, Map<String, ConfigEntry> entries) {
        this.origin = Objects.requireNonNull(origin, "origin");
        this.header = header;
        this.entries = Map.copyOf(entries);
        this.lines = List.copyOf(entries.values());
    }

    /**
     * Reads a file, packed with gzip or xz or plain; its first bytes decide, not its name.
     *
     * @param file the file; its path is the origin of every value
     * @return the configuration
     * @throws FirmwareException if the file cannot be read or unpacked, is larger than 16 MiB of text, is no kernel
     *     configuration, has a malformed line, or sets one symbol to two values
     */
    public static KernelConfig read(Path file) {
        return of(file.toString(), ConfigUnpacker.read(file));
    }

    /**
     * Reads the bytes of a file, packed or plain, as {@link #read(Path)} does.
     *
     * @param origin how the user knows the file
     * @param bytes the content; not kept
     * @return the configuration
     * @throws FirmwareException as {@link #read(Path)}
     */
    public static KernelConfig of(String origin, byte[] bytes) {
        return parse(origin, ConfigUnpacker.text(origin, bytes));
    }

    /**
     * Reads the text of a configuration.
     *
     * @param origin how the user knows the text
     * @param text the lines
     * @return the configuration
     * @throws FirmwareException if the text is no kernel configuration, has a malformed line, or sets one symbol to two
     *     values
     */
    public static KernelConfig parse(String origin, String text) {
        return ConfigParser.parse(Objects.requireNonNull(origin, "origin"), text);
    }

    /** {@return how the user knows the file} */
    public String origin() {
        return origin;
    }

    /** {@return every line that sets a symbol, in the order of the file; unmodifiable} */
    public List<ConfigEntry> entries() {
        return lines;
    }

    /**
     * {@return the line that sets a symbol, or empty if the file does not mention it}
     *
     * @param symbol the name without {@code CONFIG_}
     */
    public Optional<ConfigEntry> entry(String symbol) {
        return Optional.ofNullable(entries.get(symbol));
    }

    /**
     * {@return the value of a bool or tristate; {@code n} if the symbol is absent or has another type}
     *
     * @param symbol the name without {@code CONFIG_}
     */
    public Tristate tristate(String symbol) {
        return entry(symbol).map(entry -> entry.value().tristate()).orElse(Tristate.N);
    }

    /**
     * {@return where the value of a symbol comes from: {@code FILE:LINE}, or {@code FILE} if the symbol is absent}
     *
     * @param symbol the name without {@code CONFIG_}
     */
    public String originOf(String symbol) {
        return entry(symbol).map(entry -> origin + ":" + entry.line()).orElse(origin);
    }

    /** {@return the kernel version in the file's header line, or empty if there is none that can be read} */
    public Optional<KernelVersion> version() {
        return header.flatMap(head -> KernelVersion.parse(head.version()));
    }

    /** {@return where {@link #version()} was read, {@code FILE:LINE}, or {@code FILE} without a header line} */
    public String versionOrigin() {
        return header.map(head -> origin + ":" + head.line()).orElse(origin);
    }

    /**
     * {@return the architecture, or empty if the file does not show one of {@link KernelArchitecture}} The symbols
     * {@code X86_64}, {@code X86_32}, {@code ARM} and {@code ARM64} decide; a file without any of them is judged by its
     * header line.
     *
     * @throws FirmwareException if two architectures are set, or the header line names another one
     */
    public Optional<KernelArchitecture> architecture() {
        List<ConfigEntry> set = Stream.of(KernelArchitecture.values())
                .flatMap(candidate -> entry(candidate.name()).stream())
                .filter(entry -> entry.value().tristate().isSet())
                .sorted(Comparator.comparingInt(ConfigEntry::line))
                .toList();
        if (set.size() > 1) {
            throw contradiction(
                    set.get(1).line(),
                    set.get(0).line(),
                    set.get(0).text(),
                    set.get(1).text());
        }
        if (set.isEmpty()) {
            return header.flatMap(head -> headerArchitecture(head.architecture()));
        }
        KernelArchitecture architecture = KernelArchitecture.valueOf(set.get(0).symbol());
        if (header.isPresent() && !headerAllows(header.get().architecture(), architecture)) {
            throw contradiction(
                    set.get(0).line(),
                    header.get().line(),
                    "a symbol of Linux/" + header.get().architecture(),
                    set.get(0).text());
        }
        return Optional.of(architecture);
    }

    /**
     * {@return the lines that set certain symbols, as a file of its own with this header and origin} Lines keep their
     * numbers.
     *
     * @param symbols which names, without {@code CONFIG_}, to keep
     */
    public KernelConfig only(Predicate<String> symbols) {
        Map<String, ConfigEntry> kept = new LinkedHashMap<>();
        lines.stream().filter(entry -> symbols.test(entry.symbol())).forEach(entry -> kept.put(entry.symbol(), entry));
        return new KernelConfig(origin, header, kept);
    }

    /** {@return the configuration as text that can be read again: the header line and one line for each symbol} */
    public String text() {
        StringBuilder text = new StringBuilder();
        header.ifPresent(head -> text.append("# Linux/")
                .append(head.architecture())
                .append(' ')
                .append(head.version())
                .append(" Kernel Configuration\n"));
        lines.forEach(entry -> text.append(entry.text()).append('\n'));
        return text.toString();
    }

    /** {@return what the header line says of the architecture ({@code x86}, {@code riscv}), or empty} */
    Optional<String> headerArchitecture() {
        return header.map(ConfigParser.Header::architecture);
    }

    private Optional<KernelArchitecture> headerArchitecture(String name) {
        return switch (name) {
            case "i386" -> Optional.of(KernelArchitecture.X86_32);
            case "x86" ->
                entry("64BIT")
                        .map(entry -> entry.value().tristate().isSet()
                                ? KernelArchitecture.X86_64
                                : KernelArchitecture.X86_32);
            default -> KernelArchitecture.of(name);
        };
    }

    /** The header shows the make variable ARCH, which may be the folder or the 32- or 64-bit name of x86. */
    private static boolean headerAllows(String name, KernelArchitecture architecture) {
        return switch (name) {
            case "i386" -> architecture == KernelArchitecture.X86_32;
            case "x86_64" -> architecture == KernelArchitecture.X86_64;
            default -> architecture.directory().equals(name);
        };
    }

    private FirmwareException contradiction(int line, int earlier, String expected, String found) {
        return new FirmwareException(
                origin, "line " + line, "contradicts line " + earlier, expected, found, "Remove one of the two lines");
    }
}
