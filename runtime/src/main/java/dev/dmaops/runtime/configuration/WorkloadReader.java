package dev.dmaops.runtime.configuration;

import dev.dmaops.spi.Hypervisor;
import dev.dmaops.spi.Hypervisor.Kind;
import dev.dmaops.spi.Sourced;
import java.util.Optional;

/** Reads {@code workload}, which must fit what runs below the kernel. */
final class WorkloadReader {
    private static final String KEY = "workload";

    private WorkloadReader() {}

    static Sourced<Workload> workload(Section root, Hypervisor below) {
        Optional<Sourced<Workload>> said = root.word(KEY, Words.of(Workload.values(), Workload::text));
        said.flatMap(workload -> unfit(workload.value(), below))
                .ifPresent(why -> root.reject(KEY, said.map(Sourced::origin).orElse(""), why));
        return said.orElse(Sourced.byDefault(Workload.MIXED));
    }

    private static Optional<String> unfit(Workload workload, Hypervisor below) {
        String found =
                below.isXen() ? below.kind().text() + (below.initialDomain() ? " dom0" : " domU") : "no hypervisor";
        return switch (workload) {
            case MIXED -> Optional.empty();
            case BLOCK_BACKEND, NETWORK_BACKEND, GRANT_LOSS ->
                mapsPages(below)
                        ? Optional.empty()
                        : Optional.of(workload.text()
                                + " maps pages of other domains: expected a dom0, hypervisor { kind = xen or xen-pv, domain ="
                                + " dom0 }, found " + found + ". Describe one, or leave workload out.");
            case EXCHANGE_EXHAUSTION ->
                below.kind() == Kind.XEN_PV
                        ? Optional.empty()
                        : Optional.of(workload.text()
                                + " exchanges memory with Xen, which only a PV domain can: expected hypervisor { kind = xen-pv },"
                                + " found " + found + ". Describe one, or leave workload out.");
        };
    }

    private static boolean mapsPages(Hypervisor below) {
        return below.initialDomain() && (below.kind() == Kind.XEN_ARM || below.kind() == Kind.XEN_PV);
    }
}
