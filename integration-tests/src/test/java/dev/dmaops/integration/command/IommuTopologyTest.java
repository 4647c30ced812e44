package dev.dmaops.integration.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.name.Names;
import com.google.inject.util.Modules;
import dev.dmaops.api.DmaDevice;
import dev.dmaops.api.DmaPlatform;
import dev.dmaops.api.IommuDomainType;
import dev.dmaops.runtime.DmaModule;
import dev.dmaops.runtime.configuration.PlatformConfiguration;
import dev.dmaops.spi.Architecture;
import dev.dmaops.spi.DeviceDescription.Bus;
import dev.dmaops.spi.EventSink;
import dev.dmaops.spi.IommuAttachment;
import dev.dmaops.spi.IommuAttachment.DriverWish;
import dev.dmaops.spi.IommuAttachment.Hardware;
import dev.dmaops.spi.IommuTopology;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Hooks are bindings: a test exchanges one and leaves the rest real. */
final class IommuTopologyTest {
    private static final PlatformConfiguration CONFIGURATION = PlatformConfiguration.builder(Architecture.X86)
            .memory(8L << 30)
            .device("0000:00:02.0", device -> device.bus(Bus.PCI))
            .device("0000:00:03.0", device -> device.bus(Bus.PCI))
            .build();

    @Test
    void deviceBehindAMockedIommuGetsAnotherBackend() {
        IommuTopology topology = mock();
        when(topology.attachment(any())).thenReturn(Optional.empty());
        when(topology.attachment("0000:00:03.0"))
                .thenReturn(Optional.of(new IommuAttachment(Hardware.INTEL, DriverWish.DMA, true, 0x18, "mock")));

        Injector injector = Guice.createInjector(Modules.override(new DmaModule(CONFIGURATION))
                .with(new AbstractModule() {
                    @Override
                    protected void configure() {
                        bind(IommuTopology.class).toInstance(topology);
                        bind(EventSink.class).toInstance(EventSink.NONE);
                    }
                }));

        try (DmaPlatform platform = injector.getInstance(DmaPlatform.class)) {
            assertThat(platform.device("0000:00:02.0").choice().backend()).isEqualTo("swiotlb");
            DmaDevice behind = injector.getInstance(Key.get(DmaDevice.class, Names.named("0000:00:03.0")));
            assertThat(behind).isSameAs(platform.device("0000:00:03.0"));
            assertThat(behind.choice().backend()).isEqualTo("iommu");
            assertThat(behind.choice().iommuDomain()).isEqualTo(IommuDomainType.DMA);
            assertThat(behind.choice().decisions())
                    .anySatisfy(decision -> assertThat(decision.inputs())
                            .anySatisfy(input -> assertThat(input.origin()).isEqualTo("mock")));
        }
    }

    @Test
    void withoutTheMockBothDevicesBounce() {
        Injector injector = Guice.createInjector(new DmaModule(CONFIGURATION));

        try (DmaPlatform platform = injector.getInstance(DmaPlatform.class)) {
            assertThat(platform.devices())
                    .extracting(device -> device.choice().backend())
                    .containsExactly("swiotlb", "swiotlb");
        }
    }
}
