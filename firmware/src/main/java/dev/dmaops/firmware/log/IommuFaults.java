package dev.dmaops.firmware.log;

import dev.dmaops.firmware.log.Recogniser.Found;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What IOMMUs print when they stop an access: Intel's, AMD's, and both kinds of Arm's. */
final class IommuFaults {
    private static final int AMD_FLAG_WRITE = 0x20;
    private static final int SMMU_FSYNR_WRITE = 1 << 4;
    private static final int STREAM_MASK = 0xffff;
    private static final String INTEL = "DMAR";
    private static final String AMD = "AMD-Vi";
    private static final String SMMU_V2 = "arm-smmu";
    private static final String SMMU_V3 = "arm-smmu-v3";

    /** What the names of events begin with that are about an address. */
    private static final String SMMU_V3_ADDRESS = "F_";

    /** Fault reasons about the root and context entries of a device. */
    private static final Set<Long> INTEL_TABLE_REASONS = Set.of(1L, 2L, 3L, 4L, 8L, 9L, 10L, 11L);

    private static final String ANY_DEVICE = "device=([0-9a-f:.]+)";
    private static final Pattern AMD_DEVICE = Pattern.compile(ANY_DEVICE);
    private static final Pattern AMD_ADDRESS = Pattern.compile("address=(0x[0-9a-f]{1,16})");
    private static final Pattern AMD_FLAGS = Pattern.compile("flags=0x([0-9a-f]{1,8})");

    private IommuFaults() {}

    static List<Recogniser> kinds() {
        return List.of(
                Recogniser.of(
                        "fault addr",
                        "DMAR: ?\\[DMA (Read|Write)[^\\]]*\\] Request device \\[([0-9a-f:.]+)\\].*?fault addr"
                                + " (?:0x)?([0-9a-f]{1,16})(?: \\[fault reason (?:0x)?([0-9a-f]+)\\] ?(.*))?",
                        IommuFaults::intel),
                Recogniser.of("AMD-Vi: Event logged", "AMD-Vi: Event logged \\[(\\w+) ?([^\\]]*)", IommuFaults::amd),
                Recogniser.of(
                        "context fault",
                        "(arm-smmu\\S*|\\S*smmu\\S*) (\\S+): Unhandled context fault: fsr=0x([0-9a-f]{1,8}), iova=(0x[0-9a-f]{1,16}),"
                                + " fsynr=0x([0-9a-f]{1,8})(?:, cbfrsynra=0x([0-9a-f]{1,8}))?",
                        IommuFaults::smmu2),
                Recogniser.of(
                        "arm-smmu-v3",
                        "arm-smmu-v3 (\\S+): event: (\\w+) client: (.+?) sid: (0x[0-9a-f]+).*? iova: (0x[0-9a-f]{1,16})",
                        f -> fault(new LogLine.IommuFault(
                                f.text(3).startsWith("(")
                                        ? new LogDevice(f.text(1) + " stream " + f.text(4), "")
                                        : new LogDevice(f.text(3), ""),
                                SMMU_V3,
                                "",
                                OptionalLong.of(f.hex(5)),
                                f.text(2),
                                f.text(2).startsWith(SMMU_V3_ADDRESS)))),
                Recogniser.of(
                        "arm-smmu-v3",
                        "arm-smmu-v3 (\\S+): event 0x([0-9a-f]{1,2}) received",
                        f -> fault(new LogLine.IommuFault(
                                new LogDevice("behind " + f.text(1), ""),
                                SMMU_V3,
                                "",
                                OptionalLong.empty(),
                                smmu3Event(f.hex(2)),
                                smmu3Event(f.hex(2)).startsWith(SMMU_V3_ADDRESS)))));
    }

    private static Optional<LogLine> intel(Found f) {
        String reason = f.has(4)
                ? "reason 0x" + Long.toHexString(f.hex(4))
                        + (f.text(5).isEmpty() ? "" : ", " + f.text(5).strip())
                : "";
        return fault(new LogLine.IommuFault(
                new LogDevice(f.text(2), ""),
                INTEL,
                f.text(1).toLowerCase(Locale.ROOT),
                OptionalLong.of(f.hex(3)),
                reason,
                !f.has(4) || !INTEL_TABLE_REASONS.contains(f.hex(4))));
    }

    /** The device stands inside the brackets, or in front of the line where the kernel knew it. */
    private static Optional<LogLine> amd(Found f) {
        String inside = f.text(2);
        Matcher device = AMD_DEVICE.matcher(inside);
        Matcher address = AMD_ADDRESS.matcher(inside);
        Matcher flags = AMD_FLAGS.matcher(inside);
        boolean write = flags.find() && (Long.parseLong(flags.group(1), 16) & AMD_FLAG_WRITE) != 0;
        boolean page = f.text(1).equals("IO_PAGE_FAULT");
        return fault(new LogLine.IommuFault(
                device.find() ? new LogDevice(device.group(1), "") : f.device(),
                AMD,
                page ? write ? "write" : "read" : "",
                address.find()
                        ? OptionalLong.of(
                                Long.parseUnsignedLong(address.group(1).substring(2), 16))
                        : OptionalLong.empty(),
                f.text(1),
                page));
    }

    private static Optional<LogLine> smmu2(Found f) {
        String stream = f.has(6) ? " stream 0x" + Long.toHexString(f.hex(6) & STREAM_MASK) : "";
        long status = f.hex(3);
        String reason = (status & 2) != 0
                ? "no translation"
                : (status & 8) != 0 ? "no permission" : (status & 4) != 0 ? "access flag" : "fsr";
        return fault(new LogLine.IommuFault(
                new LogDevice(f.text(2) + stream, ""),
                SMMU_V2,
                (f.hex(5) & SMMU_FSYNR_WRITE) != 0 ? "write" : "read",
                OptionalLong.of(f.hex(4)),
                reason + " (fsr 0x" + Long.toHexString(status) + ")",
                true));
    }

    private static String smmu3Event(long event) {
        String name = switch ((int) event) {
            case 0x02 -> "C_BAD_STREAMID";
            case 0x04 -> "C_BAD_STE";
            case 0x0a -> "C_BAD_CD";
            case 0x10 -> "F_TRANSLATION";
            case 0x11 -> "F_ADDR_SIZE";
            case 0x12 -> "F_ACCESS";
            case 0x13 -> "F_PERMISSION";
            default -> "event";
        };
        return name + " (0x" + Long.toHexString(event) + ")";
    }

    private static Optional<LogLine> fault(LogLine fault) {
        return Optional.of(fault);
    }
}
