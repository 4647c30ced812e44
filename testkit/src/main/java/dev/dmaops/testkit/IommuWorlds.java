package dev.dmaops.testkit;

import dev.dmaops.api.DmaPlatform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/** Runs a test in both worlds of {@link WithAndWithoutIommu}. */
final class IommuWorlds implements TestTemplateInvocationContextProvider {
    IommuWorlds() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        WithAndWithoutIommu said = AnnotationSupport.findAnnotation(
                        context.getRequiredTestMethod(), WithAndWithoutIommu.class)
                .orElseThrow();
        return Stream.of(IommuWorld.values()).map(world -> new Invocation(world, said));
    }

    private record Invocation(IommuWorld world, WithAndWithoutIommu said) implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int index) {
            return world.toString();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new Parameters(world, said));
        }
    }

    private static final class Parameters implements ParameterResolver, AfterEachCallback {
        private final IommuWorld world;
        private final WithAndWithoutIommu said;
        private @Nullable DmaPlatform platform;

        Parameters(IommuWorld world, WithAndWithoutIommu said) {
            this.world = world;
            this.said = said;
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            Class<?> type = parameter.getParameter().getType();
            return type == IommuWorld.class || type == DmaPlatform.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == IommuWorld.class ? world : platform();
        }

        private DmaPlatform platform() {
            if (platform == null) {
                if (said.value().isEmpty()) {
                    throw new ParameterResolutionException(
                            "@WithAndWithoutIommu has no configuration: expected one, because the test has a parameter of type"
                                    + " DmaPlatform. Add it, or take an IommuWorld and open the platform in the test.");
                }
                platform = open(said.value() + "\n" + world.configuration(said.behind()));
            }
            return platform;
        }

        private static DmaPlatform open(String text) {
            try {
                Path file = Files.createTempFile("iommu-world", ".conf");
                try {
                    return DmaPlatform.open(Files.writeString(file, text));
                } finally {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void afterEach(ExtensionContext context) {
            if (platform != null) {
                platform.close();
            }
        }
    }
}
