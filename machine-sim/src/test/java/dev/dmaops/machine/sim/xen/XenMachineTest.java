package dev.dmaops.machine.sim.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaUsageException;
import dev.dmaops.machine.sim.DmaEngine;
import dev.dmaops.machine.sim.SimFault;
import dev.dmaops.machine.sim.SimPattern;
import dev.dmaops.spi.CacheMaintenance;
import dev.dmaops.spi.ForeignCaches;
import dev.dmaops.spi.ForeignPages;
import dev.dmaops.spi.FrameValidity;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.PhysicalMemory;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Dom0 on Arm, a guest whose pages it maps, and devices that read and write them. */
class XenMachineTest {
    private final XenMachine machine = Machines.arm(
            true,
            Machines.device("disk", true, Optional.empty()),
            Machines.device("mmc", false, Optional.empty()),
            Machines.device("nic", true, Optional.of(Hardware.XEN_HIDDEN)));
    private final XenDomain guest = machine.startDomain(1, 1 << 20, 64);
    private final PhysicalMemory guestMemory = machine.memoryOf(guest);

    @AfterEach
    void nothingIsLost() {
        assertThat(machine.host().audit()).isEmpty();
        machine.close();
    }

    private ForeignPage map(long pfn, boolean readOnly) {
        return machine.foreign().map(1, guest.grants().offer(0, pfn, readOnly), readOnly);
    }

    @Test
    void ownMemoryIsAtItsMachineAddress() {
        MemorySegment buffer = machine.memory().segment(1L << 30, 8192);
        SimPattern.fill(buffer, 3);

        assertThat(machine.memory().physicalAddress(buffer)).isEqualTo(1L << 30);
        assertThat(machine.devices().engine("disk").mismatches(1L << 30, 8192, 3))
                .isZero();
        assertThat(Objects.requireNonNull(machine.memory().linearMap()).bytes()).isEqualTo((1L << 30) + (16 << 20));
        assertThat(machine.memory().isRam(2L << 30, 1)).as("memory of others").isFalse();
    }

    @Test
    void foreignPageShowsTheOtherDomainsBytesAtAPlaceWithoutRam() {
        SimPattern.fill(guestMemory.segment(0x5000, 4096), 9);

        ForeignPage page = map(5, false);

        assertThat(page.isMapped()).isTrue();
        assertThat(page.machineAddress()).isEqualTo(guest.machineFrame(5) << 12).isGreaterThan(8L << 30);
        assertThat(page.physical()).isNotEqualTo(page.machineAddress());
        MemorySegment seen = machine.memory().segment(page.physical(), 4096);
        assertThat(SimPattern.mismatches(seen, 9)).isZero();
        assertThat(machine.memory().physicalAddress(seen)).isEqualTo(page.physical());
        assertThat(machine.devices().engine("disk").mismatches(page.machineAddress(), 4096, 9))
                .isZero();

        machine.devices().engine("disk").writePattern(page.machineAddress() + 100, 50, 4);

        assertThat(SimPattern.mismatches(guestMemory.segment(0x5000 + 100, 50), 4))
                .isZero();
        assertThat(machine.foreign().unmap(page)).isEqualTo(GrantStatus.OKAY);
        assertThat(machine.memory().isRam(page.physical(), 1)).isFalse();
    }

    @Test
    void guestAddressOfAForeignPageLeadsADeviceNowhere() {
        ForeignPage page = map(5, false);

        assertThat(machine.devices().engine("disk").read(page.physical(), MemorySegment.ofArray(new byte[16])))
                .isZero();
        assertThat(machine.devices().engine("disk").faults())
                .singleElement()
                .extracting(SimFault::reason)
                .isEqualTo(SimFault.Reason.NOT_MEMORY);
    }

    @Test
    void behindXensIommuBothAddressesOfAForeignPageWork() {
        SimPattern.fill(guestMemory.segment(0x5000, 4096), 9);
        ForeignPage page = map(5, false);

        assertThat(machine.devices().engine("nic").mismatches(page.physical(), 4096, 9))
                .isZero();
        assertThat(machine.devices().engine("nic").mismatches(page.machineAddress(), 4096, 9))
                .isZero();
        machine.foreign().unmap(page);
        assertThat(machine.devices().engine("nic").checksum(page.machineAddress(), 16))
                .isEqualTo(-1);
        assertThat(machine.devices().engine("nic").faults())
                .extracting(SimFault::reason)
                .containsExactly(SimFault.Reason.IOMMU_NOT_MAPPED);
    }

    @Test
    void deviceIsStoppedAtAFrameThatIsNoLongerGranted() {
        SimPattern.fill(guestMemory.segment(0x5000, 4096), 9);
        ForeignPage page = map(5, false);
        machine.foreign().unmap(page);

        assertThat(machine.devices().engine("disk").writePattern(page.machineAddress(), 64, 1))
                .isZero();

        assertThat(SimPattern.mismatches(guestMemory.segment(0x5000, 4096), 9)).isZero();
        assertThat(machine.devices().engine("disk").faults())
                .extracting(SimFault::reason)
                .containsExactly(SimFault.Reason.FRAME_NOT_GRANTED);
    }

    @Test
    void readOnlyGrantCanBeReadOnly() {
        int reference = guest.grants().offer(0, 5, true);
        assertThat(machine.foreign().map(1, reference, false).status()).isEqualTo(GrantStatus.GENERAL_ERROR);
        ForeignPage page = machine.foreign().map(1, reference, true);

        assertThat(machine.devices().engine("disk").writePattern(page.machineAddress(), 64, 1))
                .isZero();
        assertThat(machine.devices().engine("disk").faults())
                .extracting(SimFault::reason)
                .containsExactly(SimFault.Reason.FRAME_READ_ONLY);
    }

    @Test
    void grantCannotBeRevokedWhileMapped() {
        int reference = guest.grants().offer(0, 5, false);
        ForeignPage page = machine.foreign().map(1, reference, false);

        assertThat(guest.grants().revoke(reference)).isFalse();
        assertThat(guest.balloonOut(5)).as("nor given back to Xen").isFalse();
        machine.foreign().unmap(page);
        assertThat(guest.grants().revoke(reference)).isTrue();
        assertThat(machine.foreign().map(1, reference, false).status()).isEqualTo(GrantStatus.BAD_GRANT_REFERENCE);
    }

    @Test
    void wrongGrantsAreRefusedWithXensStatus() {
        assertThat(machine.foreign().map(7, 8, false).status()).isEqualTo(GrantStatus.BAD_DOMAIN);
        assertThat(machine.foreign()
                        .map(1, guest.grants().offer(3, 5, false), false)
                        .status())
                .as("offered to another domain")
                .isEqualTo(GrantStatus.GENERAL_ERROR);
        assertThat(machine.foreign()
                        .map(1, guest.grants().offer(0, 0x9999, false), false)
                        .status())
                .isEqualTo(GrantStatus.BAD_PAGE);
        int good = guest.grants().offer(0, 5, false);
        assertThat(machine.domain().grants().map(1, good, 0x99999, false, true).status())
                .as("Arm has no mapping for devices")
                .isEqualTo(GrantStatus.GENERAL_ERROR);
        assertThat(machine.domain().grants().map(1, good, 0x40000, false, false).status())
                .as("over own memory")
                .isEqualTo(GrantStatus.GENERAL_ERROR);
        assertThat(machine.domain().grants().unmap(77, 5)).isEqualTo(GrantStatus.BAD_HANDLE);
    }

    @Test
    void pageThatThePlatformCannotKeepIsUnmappedAgain() {
        machine.foreign().follow(new Refusing());

        ForeignPage page = map(5, false);

        assertThat(page.status()).isEqualTo(GrantStatus.GENERAL_ERROR);
        assertThat(machine.domain().grants().mappings()).isZero();
        assertThat(machine.foreign().count()).isZero();
    }

    @Test
    void placesAreValidFramesAndMachineFramesOfOthersAreNot() {
        FrameValidity validity = machine.hook(FrameValidity.class).orElseThrow();
        ForeignPage page = map(5, false);

        assertThat(validity.isValid(page.physical() >> 12)).isTrue();
        assertThat(validity.isValid(page.machineAddress() >> 12)).isFalse();
        assertThat(validity.isValid(0x40000)).isTrue();
    }

    @Test
    void twoForeignPagesThatAreNoNeighboursHaveNoCommonSegment() {
        ForeignPage one = map(5, false);
        ForeignPage two = map(9, false);
        long low = Math.min(one.physical(), two.physical());

        assertThat(Math.abs(one.physical() - two.physical())).isEqualTo(4096);
        assertThatThrownBy(() -> machine.memory().segment(low, 8192))
                .isInstanceOf(DmaUsageException.class)
                .hasMessageContaining("take them one at a time");
        machine.memory().zero(low, 8192);
        machine.memory().copyIn(MemorySegment.ofArray(new byte[] {1, 2, 3, 4}), 0, low + 4094, 4);
        byte[] back = new byte[4];
        machine.memory().copyOut(low + 4094, MemorySegment.ofArray(back), 0, 4);
        assertThat(back).containsExactly(1, 2, 3, 4);
    }

    @Test
    void cacheCallReachesGrantedFramesOnly() {
        ForeignCaches calls = machine.hook(ForeignCaches.class).orElseThrow();
        ForeignPage page = map(5, false);
        long machineAddress = page.machineAddress();
        MemorySegment seen = machine.memory().segment(page.physical(), 64);
        SimPattern.fill(seen, 5);

        assertThat(machine.devices().engine("mmc").mismatches(machineAddress, 64, 5))
                .as("still in the cache")
                .isPositive();
        assertThat(calls.maintain(machineAddress, 0, 64, ForeignCaches.CLEAN)).isZero();
        assertThat(machine.devices().engine("mmc").mismatches(machineAddress, 64, 5))
                .isZero();

        machine.devices().engine("mmc").writePattern(machineAddress, 64, 6);
        assertThat(SimPattern.mismatches(seen, 5)).as("stale").isZero();
        assertThat(calls.maintain(machineAddress, 0, 64, ForeignCaches.INVALIDATE))
                .isZero();
        assertThat(SimPattern.mismatches(seen, 6)).isZero();

        assertThat(calls.maintain(machineAddress, 4000, 200, ForeignCaches.CLEAN))
                .isEqualTo(-22);
        assertThat(calls.maintain(machineAddress, 0, 64, 8)).isEqualTo(-22);
        assertThat(calls.maintain(0, 0, 0, 0))
                .as("how Linux asks whether there is such a call")
                .isZero();
        assertThat(calls.maintain(guest.machineFrame(6) << 12, 0, 64, ForeignCaches.CLEAN))
                .isEqualTo(-1);
        try (XenMachine old = Machines.arm(false)) {
            assertThat(old.hook(ForeignCaches.class)).isEmpty();
        }
    }

    @Test
    void ownCacheMaintenanceGoesByOwnAddresses() {
        CacheMaintenance caches = machine.hook(CacheMaintenance.class).orElseThrow();
        MemorySegment buffer = machine.memory().segment(1L << 30, 64);
        SimPattern.fill(buffer, 5);
        caches.forDevice(1L << 30, 64, DmaDirection.TO_DEVICE);

        assertThat(machine.devices().engine("mmc").mismatches(1L << 30, 64, 5)).isZero();
    }

    @Test
    void grantCopyMovesBytesWithoutMapping() {
        SimPattern.fill(guestMemory.segment(0x5000, 4096), 9);
        int reference = guest.grants().offer(0, 5, true);

        GrantStatus status =
                machine.grantCopy(new GrantTable.Side(1, reference, 0), new GrantTable.Side(0, 0x40001, 0), 4096);

        assertThat(status).isEqualTo(GrantStatus.OKAY);
        assertThat(SimPattern.mismatches(machine.memory().segment(0x4000_1000, 4096), 9))
                .isZero();
        assertThat(machine.grantCopy(new GrantTable.Side(0, 0x40001, 0), new GrantTable.Side(1, reference, 0), 16))
                .isEqualTo(GrantStatus.GENERAL_ERROR);
        assertThat(machine.grantCopy(new GrantTable.Side(1, reference, 4090), new GrantTable.Side(0, 0x40001, 0), 16))
                .isEqualTo(GrantStatus.BAD_COPY);
    }

    @Test
    void balloonOfADirectMappedDomainGetsTheSameFrameBack() {
        long free = machine.host().freeFrames();

        assertThat(machine.domain().balloonOut(0x40010)).isTrue();
        assertThat(machine.memory().isRam(0x4001_0000, 1)).isFalse();
        assertThat(machine.host().freeFrames())
                .as("Xen keeps it for the domain")
                .isEqualTo(free);
        assertThat(machine.domain().balloonIn(0x40010)).isTrue();
        assertThat(machine.domain().machineFrame(0x40010)).isEqualTo(0x40010);
    }

    @Test
    void behindXensIommuAPvDomainsDevicesUseMachineAddressesOfItsOwnAndOfWhatItMaps() {
        try (XenMachine pv = Machines.pv(Machines.device("nic", true, Optional.of(Hardware.XEN_HIDDEN)))) {
            XenDomain other = pv.startDomain(1, 1 << 20, 64);
            SimPattern.fill(pv.memory().segment(0x5000, 4096), 3);
            SimPattern.fill(pv.memoryOf(other).segment(0x5000, 4096), 9);
            ForeignPage page = pv.foreign().map(1, other.grants().offer(0, 5, true), true);
            DmaEngine nic = pv.devices().engine("nic");

            assertThat(nic.mismatches(pv.domain().machineFrame(5) << 12, 4096, 3))
                    .isZero();
            assertThat(nic.mismatches(page.machineAddress(), 4096, 9)).isZero();
            assertThat(nic.writePattern(page.machineAddress(), 16, 1)).isZero();
            assertThat(nic.checksum(other.machineFrame(6) << 12, 16)).isEqualTo(-1);
            assertThat(nic.faults())
                    .extracting(SimFault::reason)
                    .containsExactly(SimFault.Reason.IOMMU_NOT_WRITABLE, SimFault.Reason.IOMMU_NOT_MAPPED);
        }
    }

    @Test
    void domUOnArmHasFramesAnywhereAndItsDevicesAreTranslated() {
        try (XenMachine domU = Machines.armGuest(Machines.device("nic", true, Optional.empty()))) {
            assertThat(domU.domain().directMapped()).isFalse();
            assertThat(LongStream.range(0x40000, 0x41000)
                            .filter(pfn -> domU.domain().machineFrame(pfn) == pfn)
                            .count())
                    .isLessThan(0x1000);
            SimPattern.fill(domU.memory().segment(0x4000_0000, 4096), 9);

            assertThat(domU.devices().engine("nic").mismatches(0x4000_0000, 4096, 9))
                    .isZero();
            assertThat(domU.host().audit()).isEmpty();
        }
    }

    private static final class Refusing implements ForeignPages {
        @Override
        public boolean mapped(long pfn, long mfn, long frames) {
            return false;
        }

        @Override
        public boolean unmapped(long pfn) {
            return true;
        }

        @Override
        public long entries() {
            return 0;
        }
    }
}
