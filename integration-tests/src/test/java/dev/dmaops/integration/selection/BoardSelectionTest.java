package dev.dmaops.integration.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dmaops.api.DmaRangeMap;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.api.PoolKind;
import dev.dmaops.selection.devicetree.DeviceTreeDevices;
import dev.dmaops.spi.DeviceDescription;
import dev.dmaops.spi.DeviceLimits;
import dev.dmaops.spi.DevicePlan;
import dev.dmaops.spi.PlatformPlan;
import dev.dmaops.spi.PoolPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every device of every recorded board: what Linux 6.12.117 did with it, with and without Xen and an IOMMU. */
class BoardSelectionTest {
    private static final long LATE_SLOTS = 2048;

    static Stream<Path> recordings() {
        return Golden.files("boards", "sel_.*\\.jsonl\\.gz").stream();
    }

    @Test
    void recordingsAreThere() {
        assumeTrue(Golden.exists("boards"), "the recordings of real boards are not beside this repository");
        assertThat(recordings()).isNotEmpty();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("recordings")
    void everyDeviceIsDescribedAndDecidedAsRecorded(Path file) {
        BoardRecording board = BoardRecording.read(file);
        PlatformPlan plan = plan(board);
        Map<String, DevicePlan> plans = plan.devices().stream()
                .collect(Collectors.toMap(each -> each.device().id(), Function.identity()));

        SoftAssertions soft = new SoftAssertions();
        for (Map<String, Object> row : board.of("devsel")) {
            String id = (String) JsonRows.field(row, "dev");
            soft.assertThat(plans).as("devices of %s", board.name()).containsKey(id);
            Optional.ofNullable(plans.get(id)).ifPresent(device -> check(soft, row, device, plan.pool()));
        }
        soft.assertThat(board.of("devsel")).as("rows").isNotEmpty();
        soft.assertAll();
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("recordings")
    void thePoolIsMadeAsRecorded(Path file) {
        BoardRecording board = BoardRecording.read(file);
        PoolPlan pool = plan(board).pool();
        Map<String, Object> row = board.of("pool").getFirst();

        if (Boolean.FALSE.equals(JsonRows.field(row, "present"))) {
            assertThat(pool.kind()).isEqualTo(PoolKind.NONE);
            return;
        }
        boolean late = Boolean.TRUE.equals(JsonRows.field(row, "late_alloc"));
        assertThat(pool.kind()).isEqualTo(late ? PoolKind.DEFAULT_LATE : PoolKind.DEFAULT);
        assertThat((long) pool.slots()).isEqualTo(JsonRows.number(row, "nslabs"));
        assertThat((long) pool.areas()).isEqualTo(JsonRows.number(row, "nareas"));
        assertThat(pool.forced()).isEqualTo(JsonRows.field(row, "force_bounce"));
        assertThat(late).isEqualTo(pool.slots() == LATE_SLOTS);
        assertThat(JsonRows.hex(row, "end") - 1).isLessThanOrEqualTo(pool.limit());
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("recordings")
    void aDeviceOfBoardCodeStaysDirect(Path file) {
        BoardRecording board = BoardRecording.read(file);
        DeviceDescription plain = Devices.madeByBoardCode(
                Devices.named(DeviceTreeDevices.of(board.tree()).all().getFirst(), "xdo-plain"));

        DevicePlan device = Rows.plan(board.system(), plain).devices().getFirst();

        for (Map<String, Object> row : board.of("dev")) {
            assertThat(JsonRows.field(row, "path")).isEqualTo("direct");
            assertThat(device.choice().backend()).isIn("direct", "swiotlb");
            assertThat(device.limits().busLimit()).isEqualTo(JsonRows.hex(row, "bus_dma_limit"));
            assertThat(device.limits().ranges().isIdentity()).isTrue();
        }
    }

    private static PlatformPlan plan(BoardRecording board) {
        List<DeviceDescription> devices = DeviceTreeDevices.of(board.tree()).all();
        return Rows.plan(board.system(), devices.toArray(DeviceDescription[]::new));
    }

    private static void check(SoftAssertions soft, Map<String, Object> row, DevicePlan device, PoolPlan pool) {
        String id = device.device().id();
        DeviceLimits limits = device.limits();
        soft.assertThat(device.device().node()).as(id).isEqualTo(JsonRows.field(row, "of_path"));
        soft.assertThat(device.choice().backend()).as(id + " backend").isEqualTo(backend(row, pool));
        soft.assertThat(device.choice().iommuDomain()).as(id + " domain").isEqualTo(domain(row));
        soft.assertThat(limits.streamingMask()).as(id + " mask").isEqualTo(JsonRows.hex(row, "dma_mask"));
        soft.assertThat(limits.coherentMask())
                .as(id + " coherent mask")
                .isEqualTo(JsonRows.hex(row, "coherent_dma_mask"));
        soft.assertThat(limits.busLimit()).as(id + " limit").isEqualTo(JsonRows.hex(row, "bus_dma_limit"));
        soft.assertThat(limits.coherent()).as(id + " coherent").isEqualTo(JsonRows.field(row, "dma_coherent"));
        DmaRangeMap ranges = JsonRows.field(row, "dma_range_map") instanceof List<?>
                ? DmaRangeMap.of(BoardRecording.ranges(row))
                : DmaRangeMap.IDENTITY;
        soft.assertThat(limits.ranges()).as(id + " ranges").isEqualTo(ranges);
    }

    private static String backend(Map<String, Object> row, PoolPlan pool) {
        return switch ((String) JsonRows.field(row, "path")) {
            case "iommu" -> "iommu";
            case "ops" ->
                JsonRows.field(row, "effective_ops").equals("xen_swiotlb_dma_ops") ? "swiotlb-xen" : "unknown ops";
            default -> pool.kind() == PoolKind.NONE ? "direct" : "swiotlb";
        };
    }

    private static IommuDomainType domain(Map<String, Object> row) {
        return JsonRows.field(row, "iommu_domain") instanceof String type
                ? IommuDomainType.valueOf(type.replace('-', '_'))
                : IommuDomainType.NONE;
    }
}
