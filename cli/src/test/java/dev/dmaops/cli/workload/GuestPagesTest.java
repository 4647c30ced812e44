package dev.dmaops.cli.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.cli.workload.GuestPages.Shared;
import dev.dmaops.machine.sim.SimDevices;
import dev.dmaops.machine.sim.xen.XenDomain;
import dev.dmaops.machine.sim.xen.XenMachine;
import dev.dmaops.runtime.configuration.Workload;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.Sourced;
import dev.dmaops.spi.Zone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // set by JUnit
final class GuestPagesTest {
    private static final String DOM0 = """
            platform = arm64
            kernel { version = "6.12" }
            hypervisor { kind = xen, domain = dom0, direct-mapped = yes, unpopulated-pages = no }
            machine {
              ram = [ { start = 0x40000000, size = 16MiB } ]
              host-ram = [ { start = 0x40000000, size = 32MiB } ]
            }
            devices { "card" { bus = platform, coherent = yes } }
            """;

    @TempDir
    private Path folder;

    private DmaPlatform platform;
    private XenMachine machine;
    private GuestPages guests;
    private final DeviceTally tally = new DeviceTally();

    @BeforeEach
    void open() throws IOException {
        platform = DmaPlatform.open(Files.writeString(folder.resolve("dom0.conf"), DOM0));
        machine = platform.part(XenMachine.class).orElseThrow();
        guests = new GuestPages(machine, new Sourced<>(Workload.NETWORK_BACKEND, "dom0.conf:9"));
    }

    @AfterEach
    void close() {
        platform.close();
    }

    @Test
    void dom0WithoutAFrameForPagesOfOthersIsTheConfigurationsMistakeAndNothingStaysGranted() {
        takeAllPages();
        XenDomain guest = guests.guest(new Random(1));
        int next = guest.grants().offer(0, 7, true);
        assertThat(guest.grants().revoke(next)).isTrue();

        assertThatThrownBy(() -> guests.share(guest, 7, true, tally))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessage(
                        "DMA-1017 dom0.conf:9: workload: network-backend cannot map page 7 of " + guest
                                + ": expected a frame of dom0 with no RAM behind, found none with 0 pages mapped (GENERAL_ERROR)."
                                + " Give dom0 more RAM (machine.ram or machine.memory), or set hypervisor.unpopulated-pages = yes.");

        assertThat(tally.foreignMaps).isZero();
        assertThat(guest.grants().offer(0, 7, true))
                .as("the grant was taken back")
                .isEqualTo(next);
    }

    @Test
    void dom0WithoutAPageForPacketsIsTheConfigurationsMistake() {
        takeAllPages();
        OperationsMaker maker = NetworkBackend.maker(guests);

        assertThatThrownBy(() -> maker.of(
                        platform.device("card"),
                        platform.part(SimDevices.class).orElseThrow().engine("card"),
                        tally,
                        1))
                .isInstanceOf(DmaConfigurationException.class)
                .hasMessage(
                        "DMA-1017 dom0.conf:9: workload: network-backend keeps two pages of dom0 for the packets of each"
                                + " device: expected a free one for card, found none. Give dom0 more RAM (machine.ram or"
                                + " machine.memory), or drive fewer devices (--devices).");
    }

    @Test
    void grantThatItsDomainCannotTakeBackIsCounted() {
        XenDomain guest = guests.guest(new Random(1));
        Shared shared = guests.share(guest, 3, false, tally);

        guests.takeBack(guest, shared.reference(), 100, tally);
        assertThat(tally.mismatchedBytes).as("dom0 still maps it").isEqualTo(100);

        guests.end(shared, tally);
        assertThat(tally.mismatchedBytes).as("it does not any more").isEqualTo(100);
    }

    private void takeAllPages() {
        while (machine.pages().allocate(0, Zone.NORMAL) != PageAllocator.NO_PAGES) {
            // Takes one after the other.
        }
    }
}
