package dev.dmaops.integration.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.dmaops.integration.house.ModuleTable.Row;
import dev.dmaops.spi.BouncePool;
import dev.dmaops.spi.BusFrames;
import dev.dmaops.spi.DmaBackend;
import dev.dmaops.spi.DmaOps;
import dev.dmaops.spi.IommuDomain;
import dev.dmaops.spi.MachineContiguity;
import dev.dmaops.spi.PageAllocator;
import dev.dmaops.spi.PvMemoryCalls;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the classes themselves refer to; the module declarations say what they may, this says what they do. */
class LayeringTest {
    private static final List<JavaClasses> IMPORTED = new ArrayList<>();

    @BeforeAll
    static void importClasses() {
        IMPORTED.add(new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.dmaops"));
    }

    private static JavaClasses ours() {
        return IMPORTED.getFirst();
    }

    /** The rows whose classes are on this test's class path. */
    static Collection<Row> rows() {
        return ModuleTable.rows().stream()
                .filter(row -> !row.module().isEmpty() && !row.folder().equals("benchmarks"))
                .toList();
    }

    private static String[] packagesOf(String folder) {
        String root = ModuleTable.row(folder).module();
        return folder.equals("api") ? new String[] {root + "..", "dev.dmaops.spi.."} : new String[] {root + ".."};
    }

    @Test
    void classesOfAllModulesAreSeen() {
        assertThat(ours()).anyMatch(type -> type.getPackageName().equals("dev.dmaops.api"));
        assertThat(ours()).anyMatch(type -> type.getPackageName().equals("dev.dmaops.cli"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void moduleUsesOnlyTheModulesItNeeds(Row row) {
        List<String> allowed = new ArrayList<>(List.of(packagesOf(row.folder())));
        row.needs().forEach(folder -> {
            allowed.addAll(List.of(packagesOf(folder)));
            // The swiotlb backend hands the direct one on: what bounces maps and allocates as direct does wherever it
            // need not bounce.
            if (folder.equals("backend-swiotlb")) {
                allowed.addAll(List.of(packagesOf("backend-direct")));
            }
        });
        List<String> forbidden = ModuleTable.folders().stream()
                .filter(folder -> !ModuleTable.row(folder).module().isEmpty())
                .flatMap(folder -> List.of(packagesOf(folder)).stream())
                .filter(packages -> !allowed.contains(packages))
                .toList();
        noClasses()
                .that()
                .resideInAnyPackage(packagesOf(row.folder()))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden.toArray(String[]::new))
                .allowEmptyShould(true)
                .check(ours());
    }

    @Test
    void apiUsesNothingButJavaAndJspecify() {
        classes()
                .that()
                .resideInAnyPackage(packagesOf("api"))
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.dmaops.api..", "dev.dmaops.spi..", "java..", "org.jspecify.annotations..")
                .check(ours());
    }

    /** Replays exchange bindings of the runtime's module, as any test of a user may. */
    @Test
    void onlyTheRuntimeAndReplaysKnowGuice() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.dmaops.runtime..", "dev.dmaops.conformance.machine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.google.inject..", "jakarta.inject..")
                .check(ours());
    }

    /** Slots, IO virtual addresses and frames are computed by backends, platforms and the machine alone, so that a replay tests them. */
    @Test
    void replaysComputeNothingThatTheyCompare() {
        noClasses()
                .that()
                .resideInAPackage("dev.dmaops.conformance..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.dmaops.backend..", "dev.dmaops.platform..")
                .check(ours());
        for (Class<?> part : List.of(
                DmaOps.class,
                DmaBackend.class,
                BouncePool.class,
                IommuDomain.class,
                BusFrames.class,
                MachineContiguity.class,
                PvMemoryCalls.class,
                PageAllocator.class)) {
            noClasses()
                    .that()
                    .resideInAPackage("dev.dmaops.conformance..")
                    .should()
                    .beAssignableTo(part)
                    .check(ours());
        }
    }

    @Test
    void onlyTheRuntimeReadsHocon() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.dmaops.runtime..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.typesafe.config..")
                .check(ours());
    }

    @Test
    void onlyTheCommandKnowsPicocliAndProgressBars() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.dmaops.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("picocli..", "me.tongfei..", "ch.qos.logback..")
                .check(ours());
    }

    @Test
    void librariesDoNotPrintOrExit() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.dmaops.cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(ours());
    }

    @Test
    void noClassIsCalledImpl() {
        noClasses().should().haveSimpleNameEndingWith("Impl").check(ours());
    }

    @Test
    void apiMethodsHaveNoGetPrefixAndNoCheckedException() {
        methods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(packagesOf("api"))
                .and()
                .arePublic()
                .should(followTheHouse())
                .check(ours());
    }

    private static ArchCondition<JavaMethod> followTheHouse() {
        return new ArchCondition<>("have no get prefix and declare unchecked exceptions only") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                if (method.getName().matches("get[A-Z].*")) {
                    events.add(SimpleConditionEvent.violated(method, method.getFullName() + " has a get prefix"));
                }
                method.getExceptionTypes().stream()
                        .filter(type -> !isUnchecked(type))
                        .forEach(type -> events.add(SimpleConditionEvent.violated(
                                method, method.getFullName() + " declares " + type.getName())));
            }
        };
    }

    private static boolean isUnchecked(JavaClass type) {
        return type.isAssignableTo(RuntimeException.class) || type.isAssignableTo(Error.class);
    }
}
