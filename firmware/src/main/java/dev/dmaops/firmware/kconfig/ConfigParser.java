package dev.dmaops.firmware.kconfig;

import dev.dmaops.firmware.FirmwareException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the text of a .config file line by line. The accepted lines are those that the kernel's tools write; anything else
 * that is not a comment is a mistake of the file, because a tool that skips what it does not understand turns a typing error
 * into another kernel.
 */
final class ConfigParser {
    private static final Pattern HEADER = Pattern.compile("# Linux/(\\S+) (\\S+) Kernel Configuration\\s*");
    private static final Pattern NOT_SET = Pattern.compile("# CONFIG_([A-Za-z0-9_]{1,128}) is not set\\s*");
    private static final Pattern SET = Pattern.compile("CONFIG_([A-Za-z0-9_]{1,128})=(.*\\S)\\s*");
    private static final Pattern DECIMAL = Pattern.compile("-?\\d{1,18}");
    private static final Pattern HEXADECIMAL = Pattern.compile("0[xX]([0-9a-fA-F]{1,16})");
    private static final int SHOWN = 60;

    private final String origin;
    private final Map<String, ConfigEntry> entries = new LinkedHashMap<>();
    private Optional<Header> header = Optional.empty();

    /** What the kernel writes in the third line: the value of ARCH and the version. */
    record Header(String architecture, String version, int line) {}

    private ConfigParser(String origin) {
        this.origin = origin;
    }

    static KernelConfig parse(String origin, String text) {
        ConfigParser parser = new ConfigParser(origin);
        int number = 0;
        for (String line : (Iterable<String>) text.lines()::iterator) {
            parser.line(line, ++number);
        }
        if (parser.entries.isEmpty()) {
            throw new FirmwareException(
                    origin,
                    "",
                    "is not a kernel configuration",
                    "lines such as CONFIG_SWIOTLB=y",
                    "none in " + number + " lines",
                    "Give the .config of a kernel build, /boot/config-VERSION or /proc/config.gz");
        }
        return new KernelConfig(origin, parser.header, parser.entries);
    }

    private void line(String line, int number) {
        if (line.isBlank()) {
            return;
        }
        if (line.startsWith("#")) {
            comment(line, number);
            return;
        }
        Matcher set = SET.matcher(line);
        if (!set.matches()) {
            throw malformed(line, number, "CONFIG_NAME=VALUE or # CONFIG_NAME is not set");
        }
        ConfigValue value = value(set.group(2))
                .orElseThrow(() -> malformed(line, number, "a value y, m, n, a number or a \"quoted text\""));
        put(new ConfigEntry(set.group(1), value, number));
    }

    private void comment(String line, int number) {
        Matcher notSet = NOT_SET.matcher(line);
        if (notSet.matches()) {
            put(new ConfigEntry(notSet.group(1), new ConfigValue.Tri(Tristate.N), number));
            return;
        }
        Matcher head = HEADER.matcher(line);
        if (header.isEmpty() && head.matches()) {
            header = Optional.of(new Header(head.group(1), head.group(2), number));
        }
    }

    private void put(ConfigEntry entry) {
        ConfigEntry before = entries.putIfAbsent(entry.symbol(), entry);
        if (before != null && !before.value().equals(entry.value())) {
            throw new FirmwareException(
                    origin,
                    "line " + entry.line(),
                    "contradicts line " + before.line(),
                    before.text(),
                    entry.text(),
                    "Remove one of the two lines");
        }
    }

    /** {@return the value that stands behind {@code CONFIG_X=}, or empty if it is none} */
    static Optional<ConfigValue> value(String text) {
        Optional<Tristate> tristate = Tristate.of(text);
        if (tristate.isPresent()) {
            return Optional.of(new ConfigValue.Tri(tristate.get()));
        }
        if (DECIMAL.matcher(text).matches()) {
            return Optional.of(new ConfigValue.Int(Long.parseLong(text)));
        }
        Matcher hexadecimal = HEXADECIMAL.matcher(text);
        if (hexadecimal.matches()) {
            return Optional.of(new ConfigValue.Hex(Long.parseUnsignedLong(hexadecimal.group(1), 16)));
        }
        return quoted(text).map(ConfigValue.Text::new);
    }

    private static Optional<String> quoted(String text) {
        int end = text.length() - 1;
        if (end < 1 || text.charAt(0) != '"' || text.charAt(end) != '"') {
            return Optional.empty();
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 1; i < end; i++) {
            char c = text.charAt(i);
            if (c == '"') {
                return Optional.empty();
            }
            if (c == '\\') {
                if (++i == end) {
                    return Optional.empty();
                }
                c = text.charAt(i);
            }
            plain.append(c);
        }
        return Optional.of(plain.toString());
    }

    private FirmwareException malformed(String line, int number, String expected) {
        String printable = line.replaceAll("\\p{Cntrl}", "?");
        String shown = printable.length() <= SHOWN ? printable : printable.substring(0, SHOWN) + "…";
        if (entries.isEmpty() && header.isEmpty()) {
            return new FirmwareException(
                    origin,
                    "line " + number,
                    "is not a kernel configuration",
                    expected,
                    '"' + shown + '"',
                    "Give the .config of a kernel build, /boot/config-VERSION or /proc/config.gz");
        }
        return new FirmwareException(
                origin,
                "line " + number,
                "cannot read the kernel configuration",
                expected,
                '"' + shown + '"',
                "Correct the line or delete it");
    }
}
