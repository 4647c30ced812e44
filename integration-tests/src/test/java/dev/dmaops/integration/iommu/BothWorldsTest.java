package dev.dmaops.integration.iommu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.DmaPlatform;
import dev.dmaops.testkit.IommuWorld;
import dev.dmaops.testkit.WithAndWithoutIommu;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;

/** How a test of one's own runs in both worlds. */
final class BothWorldsTest {
    private static final String CARD = "0000:00:02.0";
    private static final Set<Long> SEEN = new HashSet<>();

    @BeforeAll
    static void forget() {
        SEEN.clear();
    }

    @WithAndWithoutIommu("""
            platform = x86
            kernel { version = "6.12", cmdline = "intel_iommu=on" }
            machine { memory = 6GiB }
            devices { "0000:00:02.0" { bus = pci, mask = 32bit }, "0000:00:03.0" { bus = pci, mask = 64bit } }
            """)
    void deviceMovesTheSameBytes(DmaPlatform platform, IommuWorld world) {
        assertThat(platform.device(CARD).choice().backend()).isEqualTo(world.present() ? "iommu" : "swiotlb");
        SEEN.add(SameWorkload.run(platform, CARD));
        assertThat(SEEN).hasSize(1);
    }

    @WithAndWithoutIommu(value = """
            platform = x86
            kernel { version = "6.12", cmdline = "intel_iommu=on" }
            machine { memory = 64MiB }
            iommu { behind = [ "0000:00:03.0" ] }
            devices { "0000:00:02.0" { bus = pci }, "0000:00:03.0" { bus = pci } }
            """, behind = CARD)
    void annotationHasTheLastWordOnWhoIsBehind(DmaPlatform platform, IommuWorld world) {
        assertThat(platform.device(CARD).choice().iommuDomain().translates()).isEqualTo(world.present());
        assertThat(platform.device("0000:00:03.0").choice().iommuDomain().translates())
                .isFalse();
    }

    @WithAndWithoutIommu
    void worldAloneNeedsNoConfiguration(IommuWorld world) {
        assertThat(world.configuration("a", "b*"))
                .isEqualTo(
                        world.present()
                                ? "iommu { present = yes, behind = [ \"a\", \"b*\" ] }\n"
                                : "iommu { present = no, behind = [] }\n");
    }
}
