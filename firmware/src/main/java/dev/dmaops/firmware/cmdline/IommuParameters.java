package dev.dmaops.firmware.cmdline;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the command line says about IOMMUs.
 *
 * @param passthrough the default domain: true for identity ({@code iommu.passthrough=1}, {@code iommu=pt}), false for translated
 *     ({@code iommu.passthrough=0}, {@code iommu=nopt}); the last one counts. Empty if the kernel's configuration decides
 * @param strict whether unmapping waits for the IOMMU: {@code iommu.strict=}, and true after {@code intel_iommu=strict} or
 *     {@code amd_iommu=fullflush} whatever else is said. Empty if the kernel's configuration decides
 * @param strictByCore whether {@code iommu.strict=} itself was given; a driver can still turn strict on
 * @param forceDac whether PCI devices get IO addresses above 4 GiB without trying below first
 * @param x86 options of {@code iommu=}, all off on Arm
 * @param intel options of {@code intel_iommu=}, unset on Arm
 * @param amd options of {@code amd_iommu=}, all off on Arm
 * @param remarks what will not do what it seems to ask for
 */
public record IommuParameters(
        Optional<Boolean> passthrough,
        Optional<Boolean> strict,
        boolean strictByCore,
        boolean forceDac,
        X86IommuOptions x86,
        IntelIommuOptions intel,
        AmdIommuOptions amd,
        List<Remark> remarks) {
    /** Copies the list. */
    public IommuParameters {
        remarks = List.copyOf(remarks);
    }

    /**
     * Reads a command line as an x86 kernel does.
     *
     * @param commandLine the command line
     * @return what it says
     */
    public static IommuParameters ofX86(KernelCommandLine commandLine) {
        return new Reading(true).read(commandLine);
    }

    /**
     * Reads a command line as an arm or arm64 kernel does, which does not know {@code iommu=}, {@code intel_iommu=} and
     * {@code amd_iommu=}.
     *
     * @param commandLine the command line
     * @return what it says
     */
    public static IommuParameters ofArm(KernelCommandLine commandLine) {
        return new Reading(false).read(commandLine);
    }

    /** The kernel's variables while it reads. */
    private static final class Reading {
        private final boolean isX86;
        private final List<Remark> remarks = new ArrayList<>();
        private Optional<Boolean> passthrough = Optional.empty();
        private Optional<Boolean> strict = Optional.empty();
        private boolean strictByCore;
        private boolean strictByDriver;
        private boolean forceDac;
        private boolean forceDacByDriver;
        private X86IommuOptions x86 = X86IommuOptions.NONE;
        private IntelIommuOptions intel = IntelIommuOptions.NONE;
        private AmdIommuOptions amd = AmdIommuOptions.NONE;

        Reading(boolean isX86) {
            this.isX86 = isX86;
        }

        IommuParameters read(KernelCommandLine commandLine) {
            for (KernelParameter word : commandLine.parameters()) {
                switch (word.name().replace('-', '_')) {
                    case "iommu.passthrough" -> bool(word, value -> passthrough = Optional.of(value));
                    case "iommu.strict" ->
                        bool(word, value -> {
                            strict = Optional.of(value);
                            strictByCore = true;
                        });
                    case "iommu.forcedac" -> bool(word, value -> forceDac = value);
                    case "iommu" -> x86Only(word, this::iommu);
                    case "intel_iommu" -> x86Only(word, this::intel);
                    case "amd_iommu" -> x86Only(word, this::amd);
                    default -> {}
                }
            }
            // The drivers' words are read after all of the core's, so their order on the line does not matter.
            return new IommuParameters(
                    passthrough,
                    strictByDriver ? Optional.of(true) : strict,
                    strictByCore,
                    forceDac || forceDacByDriver,
                    x86,
                    intel,
                    amd,
                    remarks);
        }

        private void bool(KernelParameter word, Consumer<Boolean> effect) {
            Optional<Boolean> value = word.value().flatMap(KernelNumbers::bool);
            value.ifPresent(effect);
            if (value.isEmpty()) {
                remarks.add(Remark.on(word, "the kernel ignores this: it takes 1, 0, y, n, t, f, on or off"));
            }
        }

        private void x86Only(KernelParameter word, Consumer<KernelParameter> effect) {
            if (!isX86) {
                remarks.add(Remark.on(
                        word,
                        "only x86 kernels know " + word.name()
                                + "=; write iommu.passthrough= or iommu.strict= instead"));
            } else if (word.value().isEmpty()) {
                remarks.add(Remark.on(word, "the kernel ignores " + word.name() + " without a value"));
            } else {
                effect.accept(word);
            }
        }

        private void iommu(KernelParameter word) {
            for (String item : X86IommuOptions.effectiveItems(word)) {
                x86 = x86.after(item);
                if (item.startsWith("pt") || item.startsWith("nopt")) {
                    passthrough = Optional.of(item.startsWith("pt"));
                }
            }
            remarks.addAll(X86IommuOptions.remarks(word));
        }

        private void intel(KernelParameter word) {
            for (String item : X86IommuOptions.items(word)) {
                intel = intel.after(item);
                Optional<String> option = IntelIommuOptions.option(item);
                strictByDriver |= option.filter("strict"::equals).isPresent();
                forceDacByDriver |= option.filter("forcedac"::equals).isPresent();
                IntelIommuOptions.remark(word, item).ifPresent(remarks::add);
            }
        }

        private void amd(KernelParameter word) {
            for (String item : X86IommuOptions.items(word)) {
                amd = amd.after(item);
                strictByDriver |=
                        AmdIommuOptions.option(item).filter("fullflush"::equals).isPresent();
                AmdIommuOptions.remark(word, item).ifPresent(remarks::add);
            }
        }
    }
}
