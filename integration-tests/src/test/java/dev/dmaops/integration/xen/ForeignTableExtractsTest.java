package dev.dmaops.integration.xen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dmaops.api.BackendChoice;
import dev.dmaops.api.BounceMode;
import dev.dmaops.api.DmaConstraints;
import dev.dmaops.api.DmaDirection;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.api.SetMaskOutcome;
import dev.dmaops.backend.swiotlb.SwiotlbPools;
import dev.dmaops.backend.swiotlbxen.SwiotlbXenBackend;
import dev.dmaops.machine.sim.SimMachine;
import dev.dmaops.platform.arm.ArmPlatform;
import dev.dmaops.runtime.assembly.OpenContext;
import dev.dmaops.runtime.assembly.PlatformHooks;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DmaBackend;
import dev.dmaops.spi.DmaDeviceState;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.ForeignCaches;
import dev.dmaops.spi.ForeignPages;
import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.KernelConfigView;
import dev.dmaops.spi.KernelVersion;
import dev.dmaops.spi.MemoryEncryption;
import dev.dmaops.spi.Policy;
import dev.dmaops.spi.PoolPlan;
import dev.dmaops.spi.Refusals;
import dev.dmaops.spi.Sourced;
import dev.dmaops.spi.SystemDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What Linux's own table of foreign pages and its bounce decision said: the platform's table and the backend must say the same. */
class ForeignTableExtractsTest {
    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":(\"[^\"]*\"|-?\\w+)");

    @Test
    void everyInsertLookupRemovalAndDecisionIsLinuxs() throws IOException {
        Path folder = Path.of(System.getProperty("dmaops.golden", "../../shared/golden"), "extracts");
        assumeTrue(Files.isDirectory(folder), "no recordings at " + folder);
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(file -> file.getFileName().toString().startsWith("xen-arm-"))
                    .sorted()
                    .forEach(files::add);
        }
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            replay(file);
        }
    }

    private static void replay(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        boolean cacheFlush = lines.getFirst().contains("\"cflush\":true");
        try (SimMachine machine = SimMachine.builder()
                .ram(0x4000_0000, 0x4000_0000)
                .ram(0x1_0000_0000L, 0x100_0000)
                .modelCaches()
                .open()) {
            Domain domain = new Domain(machine, cacheFlush);
            int checked = 0;
            for (String line : lines) {
                if (line.contains("\"op\":\"set\"")) {
                    boolean ok = number(line, "mfn") == -1
                            ? domain.foreign.unmapped(number(line, "pfn"))
                            : domain.foreign.mapped(number(line, "pfn"), number(line, "mfn"), number(line, "nr"));
                    assertThat(ok)
                            .as(file + ": " + line)
                            .isEqualTo(text(line, "ok").equals("true"));
                    checked++;
                } else if (line.contains("\"op\":\"map\"")) {
                    assertThat(domain.map(line)).as(file + ": " + line).isEqualTo(Answer.of(line));
                    checked++;
                }
            }
            assertThat(checked).as(file + ": operations").isGreaterThan(0);
        }
    }

    private record Answer(long devAddr, boolean capable, boolean straddles, boolean bounce) {
        static Answer of(String line) {
            return new Answer(
                    number(line, "devAddr"),
                    text(line, "capable").equals("true"),
                    text(line, "straddles").equals("true"),
                    text(line, "bounce").equals("true"));
        }
    }

    private static final class Domain {
        final ForeignPages foreign;
        private final BusFrames frames;
        private final DmaBackend backend;
        private final BouncePool pool;

        Domain(SimMachine machine, boolean cacheFlush) {
            List<Object> own = new ArrayList<>(new ArmPlatform().hooks(system(), machine, EventSink.NONE));
            if (cacheFlush) {
                own.add((ForeignCaches) (frame, offset, bytes, operation) -> 0);
            }
            PlatformHooks hooks = new PlatformHooks(own, machine);
            foreign = hooks.find(ForeignPages.class).orElseThrow();
            frames = hooks.find(BusFrames.class).orElseThrow();
            OpenContext context = new OpenContext(
                    machine.memory(),
                    machine.pages(),
                    machine.cpus(),
                    machine.caches(),
                    KernelVersion.of(6, 12),
                    Policy.AS_LINUX,
                    EventSink.NONE,
                    new NoSymbols(),
                    hooks);
            PoolPlan plan = new PoolPlan("default", PoolKind.DEFAULT, 32768, 1, false, 0x7fff_ffffL, 0, 0);
            pool = Objects.requireNonNull(new SwiotlbPools().create(plan, context, null));
            backend = new SwiotlbXenBackend().open(context);
        }

        Answer map(String line) {
            long mask = Long.parseUnsignedLong(text(line, "mask"), 16);
            long limit = Long.parseUnsignedLong(text(line, "busLimit"), 16);
            boolean coherent = text(line, "coherent").equals("true");
            DmaDeviceState device = new DmaDeviceState(
                    new DeviceLimits(mask, mask, limit, DmaRangeMap.IDENTITY, coherent, DmaConstraints.DEFAULT),
                    "dev",
                    false);
            BackendChoice choice = new BackendChoice(
                    "dev",
                    "swiotlb-xen",
                    BounceMode.POSSIBLE,
                    PoolKind.DEFAULT,
                    IommuDomainType.NONE,
                    SetMaskOutcome.OK,
                    List.of());
            DmaOps ops = backend.bind(device, choice, pool);
            long physical = number(line, "phys");
            long bytes = number(line, "size");
            long dma = ops.map(physical, bytes, DmaDirection.TO_DEVICE, 0);
            boolean bounced;
            if (Refusals.isRefusal(dma)) {
                assertThat(Refusals.code(dma)).isEqualTo(DmaErrorCode.POOL_OUT_OF_REACH);
                bounced = true;
            } else {
                bounced = ops.bounceReason(dma) != null;
                ops.unmap(dma, bytes, DmaDirection.TO_DEVICE, 0);
            }
            long direct = frames.toBusAddress(physical);
            assertThat(bounced || dma == direct)
                    .as("used as it is at its bus address")
                    .isTrue();
            return new Answer(direct, device.reaches(direct, bytes), frames.straddles(physical, bytes), bounced);
        }
    }

    private static SystemDescription system() {
        return new SystemDescription(
                Sourced.byDefault(Architecture.ARM64),
                Sourced.byDefault(KernelVersion.of(6, 12)),
                new NoSymbols(),
                Sourced.byDefault(""),
                new Hypervisor(
                        Hypervisor.Kind.XEN_ARM,
                        true,
                        Optional.empty(),
                        Optional.of(true),
                        Optional.of(false),
                        false,
                        true,
                        "test"),
                Sourced.byDefault(MemoryEncryption.NONE),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Sourced.byDefault(1),
                4096,
                Sourced.byDefault(Policy.AS_LINUX));
    }

    private record NoSymbols() implements KernelConfigView {
        @Override
        public boolean enabled(String symbol) {
            return false;
        }

        @Override
        public String value(String symbol) {
            return "absent";
        }

        @Override
        public String origin(String symbol) {
            return "test";
        }
    }

    private static long number(String line, String name) {
        return Long.parseLong(text(line, name));
    }

    private static String text(String line, String name) {
        Matcher matcher = FIELD.matcher(line);
        while (matcher.find()) {
            if (matcher.group(1).equals(name)) {
                return matcher.group(2).replace("\"", "");
            }
        }
        throw new IllegalArgumentException("no " + name + " in " + line);
    }
}
