package dev.dmaops.runtime.assembly;

import java.util.Optional;

/** The capabilities that not every machine has, by type: an IOMMU, a hypervisor's memory exchange. */
public interface Hooks {
    /** The capability, or empty. */
    <H> Optional<H> find(Class<H> type);
}
