package dev.dmaops.selection;

import dev.dmaops.firmware.cmdline.IommuParameters;
import dev.dmaops.firmware.cmdline.KernelCommandLine;
import dev.dmaops.firmware.cmdline.SwiotlbParameters;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Puts what the kernel command line says about DMA in place as facts, each with the words that say it. */
final class CommandLine {
    private final Facts facts;
    private final KernelCommandLine line;
    private final String origin;

    private CommandLine(Facts facts, String text, String origin) {
        this.facts = facts;
        this.line = KernelCommandLine.parse(text);
        this.origin = origin;
    }

    static void read(Facts facts, String text, String origin, boolean x86) {
        CommandLine line = new CommandLine(facts, text, origin);
        line.swiotlb();
        line.iommu(x86 ? IommuParameters.ofX86(line.line) : IommuParameters.ofArm(line.line));
    }

    private void swiotlb() {
        // Areas came with 6.0.
        SwiotlbParameters said = facts.kernel().atLeast(6, 0)
                ? SwiotlbParameters.of(line)
                : SwiotlbParameters.ofKernelWithoutAreas(line);
        String words = words("swiotlb");
        if (!said.equals(SwiotlbParameters.defaults())) {
            facts.give(SystemFacts.POOL_SIZING, said, words);
        }
        flag(CommandLineFacts.SWIOTLB_FORCE, said.forceBounce(), words);
        flag(CommandLineFacts.SWIOTLB_NOFORCE, said.forceDisable(), words);
    }

    private void iommu(IommuParameters said) {
        saying(CommandLineFacts.PASSTHROUGH, said.passthrough(), words("iommu.passthrough", "iommu"));
        saying(CommandLineFacts.STRICT, said.strict(), words("iommu.strict", "intel_iommu", "amd_iommu"));
        String iommu = words("iommu");
        flag(CommandLineFacts.IOMMU_OFF, said.x86().off(), iommu);
        flag(CommandLineFacts.IOMMU_FORCE, said.x86().force(), iommu);
        flag(CommandLineFacts.IOMMU_SOFT, said.x86().soft(), iommu);
        String intel = words("intel_iommu");
        saying(CommandLineFacts.INTEL, said.intel().enabled(), intel);
        flag(CommandLineFacts.INTEL_NO_OPT_IN, said.intel().noPlatformOptIn(), intel);
        flag(CommandLineFacts.INTEL_TBOOT_NOFORCE, said.intel().tbootNoforce(), intel);
        flag(CommandLineFacts.AMD_OFF, said.amd().off(), words("amd_iommu"));
    }

    private void flag(Fact<Boolean> flag, boolean said, String words) {
        if (said) {
            facts.give(flag, true, words);
        }
    }

    private void saying(Fact<Saying> fact, Optional<Boolean> said, String words) {
        said.ifPresent(yes -> facts.give(fact, Saying.of(yes), words));
    }

    private String words(String... names) {
        return Stream.of(names)
                .flatMap(line::all)
                .map(word ->
                        word.name() + word.value().map(value -> "=" + value).orElse(""))
                .collect(Collectors.joining(" ", origin + " \"", "\""));
    }
}
