package dev.dmaops.integration.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.selection.fixture.SelectionRow;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.FirmwareSwitches;
import dev.dmaops.spi.IommuAttachment;
import dev.dmaops.spi.IommuAttachment.DriverWish;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.SystemDescription;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The IOMMU core's corners that no row of the table comes to. */
class IommuCasesTest {
    private static final FirmwareSwitches OPT_IN = new FirmwareSwitches(true, false);
    private static final FirmwareSwitches MEASURED = new FirmwareSwitches(false, true);

    @Test
    void anUntrustedDeviceIsStrictAndBouncesPartsOfPages() {
        BackendChoice choice = Rows.choice(Rows.like("S021", "untrusted=1"));

        assertThat(choice.iommuDomain()).isEqualTo(IommuDomainType.DMA);
        assertThat(choice.bounce()).isEqualTo(BounceMode.POSSIBLE_SUB_GRANULE);
    }

    @Test
    void withoutAPoolAnUntrustedDeviceIsRefusedWhereItWouldBounce() {
        assertThat(Rows.choice(Rows.like("S021", "untrusted=1", "ram_above_limit=0"))
                        .bounce())
                .isEqualTo(BounceMode.ERROR_IF_NEEDED);
    }

    @Test
    void withoutAPoolSmallBuffersOfADeviceThatDoesNotSnoopAreRefused() {
        assertThat(Rows.choice(Rows.like("S079", "cmdline=swiotlb=noforce")).bounce())
                .isEqualTo(BounceMode.ERROR_IF_NEEDED);
        assertThat(Rows.choice(Rows.like("S079", "coherent=1")).bounce()).isEqualTo(BounceMode.NONE);
    }

    @Test
    void aDriverThatCannotPutInvalidationsOffMakesTheDomainStrict() {
        assertThat(Rows.choice(Rows.like("S021", "defer_flush_cap=0")).iommuDomain())
                .isEqualTo(IommuDomainType.DMA);
    }

    @ParameterizedTest
    @CsvSource({"iommu.passthrough=0,DMA_FQ", "iommu=nopt,DMA_FQ", "'iommu=pt,nopt',DMA_FQ", "'',IDENTITY"})
    void theLastWordAboutPassThroughCounts(String cmdline, IommuDomainType domain) {
        assertThat(Rows.choice(Rows.like("S021", "IOMMU_DEFAULT=passthrough", "cmdline=" + cmdline))
                        .iommuDomain())
                .isEqualTo(domain);
    }

    @ParameterizedTest
    @CsvSource({"iommu=off", "amd_iommu=off"})
    void amdViIsLeftAlone(String cmdline) {
        assertThat(Rows.choice(Rows.like("S041", "cmdline=" + cmdline)).iommuDomain())
                .isEqualTo(IommuDomainType.NONE);
    }

    @ParameterizedTest
    @CsvSource({"S041,x86.iommu.amd.not-built", "S079,iommu.driver.smmu.not-built", "S090,iommu.driver.virtio.not-built"
    })
    void anIommuWithoutDriverIsAsIfItWereNotThere(String id, String rule) {
        BackendChoice choice = Rows.choice(Rows.like(id, "IOMMU_DRV=0"));

        assertThat(choice.iommuDomain()).isEqualTo(IommuDomainType.NONE);
        assertThat(Rows.rules(choice)).contains(rule, "iommu.not-driven");
    }

    @ParameterizedTest
    @CsvSource({"IOMMU_DRV=0", "ram_above_limit=0", "cmdline=iommu=off"})
    void theGartIsUsedOnlyIfBuiltAllowedAndNeeded(String change) {
        BackendChoice choice = Rows.choice(
                Rows.like("S019", change, "expect_ops=direct", "expect_bounce=possible", "wish_ops=direct"));

        assertThat(choice.backend()).isNotEqualTo("none");
        assertThat(Rows.rules(choice)).doesNotContain("x86.ops.gart");
    }

    @Test
    void conflictingWishesOfOneGroupBecomeIdentity() {
        SelectionRow row = Rows.like("S021");
        DeviceDescription first = Devices.behind(row.device(), "first", attachment(DriverWish.DMA));
        DeviceDescription second = Devices.behind(row.device(), "second", attachment(DriverWish.IDENTITY));

        PlatformPlan plan = Rows.plan(row.system(), first, second);

        assertThat(plan.devices()).allSatisfy(device -> {
            assertThat(device.choice().iommuDomain()).isEqualTo(IommuDomainType.IDENTITY);
            assertThat(Rows.rules(device.choice())).contains("iommu.opinion.conflict");
        });
    }

    @Test
    void oneUntrustedDeviceMakesItsWholeGroupStrict() {
        SelectionRow trusted = Rows.like("S021");
        SelectionRow untrusted = Rows.like("S021", "untrusted=1");
        DeviceDescription first = Devices.behind(trusted.device(), "first", attachment(DriverWish.NONE));
        DeviceDescription second = Devices.behind(untrusted.device(), "second", attachment(DriverWish.NONE));

        PlatformPlan plan = Rows.plan(trusted.system(), first, second);

        assertThat(plan.devices())
                .allSatisfy(device -> assertThat(device.choice().iommuDomain()).isEqualTo(IommuDomainType.DMA));
    }

    @Test
    void arm32MapsWithItsOwnCodeAndTheCoreStartsWithIdentity() {
        BackendChoice choice =
                Rows.choice(Rows.like("S103", "iommu_hw=arm-legacy", "ARM_DMA_USE_IOMMU=1", "IOMMU_DRV=1"));

        assertThat(choice.backend()).isEqualTo("iommu");
        assertThat(choice.bounce()).isEqualTo(BounceMode.NONE);
        assertThat(choice.iommuDomain()).isEqualTo(IommuDomainType.IDENTITY);
    }

    @Test
    void withoutIommuDmaAddressesPassUnchangedAndAWishForTranslationIsRefused() {
        SelectionRow row = Rows.like("S103", "iommu_hw=smmu", "IOMMU_DRV=1");
        DeviceDescription wishing = Devices.behind(
                row.device(), "wishing", new IommuAttachment(Hardware.SMMU, DriverWish.DMA, true, 0, "hand-made"));

        assertThat(Rows.choice(row).iommuDomain()).isEqualTo(IommuDomainType.IDENTITY);
        assertThat(Rows.plan(row.system(), wishing)
                        .devices()
                        .getFirst()
                        .choice()
                        .iommuDomain())
                .isEqualTo(IommuDomainType.REFUSED);
    }

    @Test
    void anArmLegacyIommuWithoutMappingCodeIsNotDriven() {
        assertThat(Rows.rules(Rows.choice(Rows.like("S103", "iommu_hw=arm-legacy"))))
                .contains("iommu.driver.arm-legacy.not-built");
    }

    @ParameterizedTest
    @CsvSource({"intel_iommu=off,DMA_FQ", "intel_iommu=tboot_noforce,NONE"})
    void aMeasuredLaunchInsistsOnVtd(String cmdline, IommuDomainType domain) {
        SelectionRow row = Rows.like("S032", "cmdline=" + cmdline);
        SystemDescription system = Systems.without(Systems.switches(row.system(), MEASURED), "INTEL_IOMMU_DEFAULT_ON");

        assertThat(Rows.plan(system, row.device()).devices().getFirst().choice().iommuDomain())
                .isEqualTo(domain);
    }

    @Test
    void firmwareOptInTranslatesForStrangersOnly() {
        SelectionRow row = Rows.like("S032", "cmdline=");
        SystemDescription system = Systems.without(Systems.switches(row.system(), OPT_IN), "INTEL_IOMMU_DEFAULT_ON");
        DeviceDescription stranger =
                Devices.named(Rows.like("S032", "untrusted=1", "cmdline=").device(), "stranger");

        PlatformPlan plan = Rows.plan(system, row.device(), stranger);

        assertThat(plan.devices())
                .extracting(device -> device.choice().iommuDomain())
                .containsExactly(IommuDomainType.IDENTITY, IommuDomainType.DMA);
    }

    @Test
    void intelIommuOffHoldsAgainstFirmwareOptIn() {
        SelectionRow row = Rows.like("S032", "untrusted=1");

        assertThat(Rows.plan(Systems.switches(row.system(), OPT_IN), row.device())
                        .devices()
                        .getFirst()
                        .choice()
                        .iommuDomain())
                .isEqualTo(IommuDomainType.NONE);
    }

    @Test
    void boardsHaveOtherIommusWithDriversOfTheirOwn() {
        SelectionRow row = Rows.like("S079");
        for (Hardware hardware : Hardware.values()) {
            Optional<String> symbol = Systems.driverOf(hardware);
            if (symbol.isEmpty()) {
                continue;
            }
            DeviceDescription device = Devices.behind(
                    row.device(), "behind", new IommuAttachment(hardware, DriverWish.NONE, true, 1, "hand-made"));
            assertThat(domain(Systems.with(row.system(), symbol.get()), device))
                    .as("%s with %s", hardware, symbol)
                    .isEqualTo(IommuDomainType.DMA);
            assertThat(domain(row.system(), device)).as("%s without", hardware).isEqualTo(IommuDomainType.NONE);
        }
    }

    private static IommuDomainType domain(SystemDescription system, DeviceDescription device) {
        return Rows.plan(system, device).devices().getFirst().choice().iommuDomain();
    }

    private static IommuAttachment attachment(DriverWish wish) {
        return new IommuAttachment(Hardware.INTEL, wish, true, 8, "group 1", "hand-made");
    }
}
