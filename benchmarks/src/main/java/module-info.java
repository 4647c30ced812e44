/** JMH benchmarks of the hot paths. */
module dev.dmaops.benchmarks {
    requires dev.dmaops.api;
    requires dev.dmaops.runtime;
    requires dev.dmaops.machine.sim;
    requires dev.dmaops.backend.direct;
    requires dev.dmaops.backend.swiotlb;
    requires dev.dmaops.backend.swiotlbxen;
    requires dev.dmaops.backend.xenpv;
    requires dev.dmaops.backend.iommu;
    requires dev.dmaops.example.nvme;
    requires jdk.management;
    requires jmh.core;
    requires static org.jspecify;

    uses dev.dmaops.spi.BouncePoolProvider;
    uses dev.dmaops.spi.DmaBackendProvider;
}
