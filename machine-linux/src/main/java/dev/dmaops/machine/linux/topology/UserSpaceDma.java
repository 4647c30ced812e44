package dev.dmaops.machine.linux.topology;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a host has for DMA from user space.
 *
 * @param vfioPci whether the driver {@code vfio-pci} is loaded or built in
 * @param vfioType1 whether containers can be had ({@code vfio_iommu_type1})
 * @param iommufd whether {@code /dev/iommu} is there
 * @param unsafeInterrupts whether VFIO accepts an IOMMU that does not filter interrupts; empty when it cannot be told
 * @param withoutIommu whether VFIO hands out devices that no IOMMU guards; empty when the kernel is built without that mode
 * @param interruptRemapping whether every IOMMU filters interrupts; empty when it cannot be told
 * @param lockedBytes memory that a process may lock; empty for no limit, or when it cannot be told
 * @param hugePages huge pages by size
 * @param daxDevices names of memory set aside for user space
 * @param lockdown the kernel's lockdown mode; empty when it has none
 */
public record UserSpaceDma(
        boolean vfioPci,
        boolean vfioType1,
        boolean iommufd,
        Optional<Boolean> unsafeInterrupts,
        Optional<Boolean> withoutIommu,
        Optional<Boolean> interruptRemapping,
        OptionalLong lockedBytes,
        List<HugePages> hugePages,
        List<String> daxDevices,
        Optional<String> lockdown) {
    private static final Pattern LOCKED = Pattern.compile("Max locked memory\\s+(\\S+).*");
    private static final Pattern CHOSEN = Pattern.compile(".*\\[(\\w+)].*");
    private static final String UNITS = "/sys/class/iommu";

    /** Bit of a VT-d unit's extended capabilities: interrupt remapping (VT-d specification 4.1, chapter 11). */
    private static final long INTEL_REMAPPING = 1 << 3;

    private static final String TYPE1 = "vfio_iommu_type1";

    /** Copies the lists. */
    public UserSpaceDma {
        hugePages = List.copyOf(hugePages);
        daxDevices = List.copyOf(daxDevices);
    }

    /** Whether pages of at least this size are set aside, used or not. */
    public boolean hasHugePages() {
        return hugePages.stream().anyMatch(pages -> pages.total() > 0);
    }

    /** Where the kernel is told to let devices behind an IOMMU that does not filter interrupts be used: containers come first. */
    String unsafeInterruptsSwitch() {
        return unsafeInterruptsSwitch(vfioType1);
    }

    private static String unsafeInterruptsSwitch(boolean containers) {
        return "/sys/module/" + (containers ? TYPE1 : "iommufd") + "/parameters/allow_unsafe_interrupts";
    }

    static UserSpaceDma read(HostFiles files) {
        return new UserSpaceDma(
                files.exists("/sys/module/vfio_pci") || files.exists("/sys/bus/pci/drivers/vfio-pci"),
                files.exists("/sys/module/" + TYPE1),
                files.exists("/dev/iommu"),
                flag(files, unsafeInterruptsSwitch(files.exists("/sys/module/" + TYPE1))),
                flag(files, "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode"),
                interruptRemapping(files),
                lockedBytes(files),
                HugePages.read(files),
                files.names("/sys/bus/dax/devices"),
                files.text("/sys/kernel/security/lockdown")
                        .map(CHOSEN::matcher)
                        .filter(Matcher::matches)
                        .map(matcher -> matcher.group(1)));
    }

    private static Optional<Boolean> flag(HostFiles files, String name) {
        return files.text(name).map("Y"::equals);
    }

    private static Optional<Boolean> interruptRemapping(HostFiles files) {
        Optional<Boolean> all = Optional.empty();
        for (String unit : files.names(UNITS)) {
            Optional<String> capabilities = files.text(UNITS + "/" + unit + "/intel-iommu/ecap");
            if (capabilities.isPresent()) {
                // Hexadecimal without 0x.
                boolean filters = (IommuGroup.hex(capabilities.get()) & INTEL_REMAPPING) != 0;
                all = Optional.of(filters && all.orElse(true));
            }
        }
        return all;
    }

    private static OptionalLong lockedBytes(HostFiles files) {
        for (String line : files.lines("/proc/self/limits")) {
            Matcher matcher = LOCKED.matcher(line);
            if (matcher.matches() && matcher.group(1).matches("\\d{1,18}")) {
                return OptionalLong.of(Long.parseLong(matcher.group(1)));
            }
        }
        return OptionalLong.empty();
    }
}
