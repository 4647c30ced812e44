package dev.dmaops.cli.explain;

import dev.dmaops.firmware.kconfig.KconfigPatch;
import dev.dmaops.firmware.kconfig.KernelConfig;
import dev.dmaops.runtime.description.PlatformDescription;
import dev.dmaops.spi.KernelVersion;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/**
 * What a change of the kernel's Kconfig does to the devices of a system: the same system with the symbols as the rules before the
 * patch give them, and after. Backends are chosen by the rules of the first release with the patch on both sides, so that nothing else
 * differs.
 *
 * @param patch what it does to the kernel
 * @param before the choices without it
 * @param after the choices with it
 */
public record PatchExplanation(KconfigPatch patch, Explanation before, Explanation after) {
    /**
     * Explains a configuration, whatever kernel version it names.
     *
     * @param patch the short name of the patch
     * @throws dev.dmaops.api.DmaConfigurationException with every mistake of the configuration
     * @throws dev.dmaops.firmware.FirmwareException if there is no such patch
     */
    public static PatchExplanation of(Path configuration, String patch) {
        PlatformDescription description = PlatformDescription.read(configuration);
        return of(description, description.kernelConfig().orElseThrow(), patch);
    }

    static PatchExplanation of(PlatformDescription description, KernelConfig config, String patch) {
        KconfigPatch kernel = KconfigPatch.of(patch, config);
        KernelVersion release = version(kernel.after());
        return new PatchExplanation(
                kernel,
                Explanation.of(description.withKernel(config, release, version(kernel.before()))),
                Explanation.of(description.withKernel(config, release, release)));
    }

    /** Newest of its series: the patch came with the first. */
    private static KernelVersion version(dev.dmaops.firmware.kconfig.KernelVersion version) {
        return KernelVersion.of(version.major(), version.minor());
    }

    /** The same about one device only. */
    public PatchExplanation only(String device) {
        UnaryOperator<Explanation> one = all -> all.only(device);
        return new PatchExplanation(patch, one.apply(before), one.apply(after));
    }
}
