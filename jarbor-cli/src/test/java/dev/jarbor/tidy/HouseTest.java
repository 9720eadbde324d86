package dev.jarbor.tidy;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who sees whom, read from the compiled classes of all modules. */
class HouseTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("jarbor-testing") && !location.contains("jarbor-bench"))
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.jarbor");

    /** Generated, and as good as one package with what they are made of: a kind refers to kinds of other groups. */
    private static final Pattern TYPED_VIEWS = Pattern.compile("dev\\.jarbor\\.api\\.\\w+\\.v\\d\\w*");

    @Test
    void aModuleSeesOnlyWhatStandsBelowItAndALibraryOnlyItsOwner() {
        var objections = new TreeMap<String, String>();
        for (JavaClass type : CLASSES) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                House.objection(
                                module(type),
                                dependency
                                        .getTargetClass()
                                        .getBaseComponentType()
                                        .getName())
                        .ifPresent(why -> objections.putIfAbsent(place(dependency), why));
            }
        }
        assertNone(objections);
    }

    @Test
    void everyModuleIsInThePictureOfTheHouse() {
        assertThat(CLASSES).allSatisfy(type -> assertThat(House.SEES).containsKey(module(type)));
    }

    @Test
    void thePackagesOfAModuleHaveNoCycles() {
        ArchConfiguration.get().setProperty("cycles.maxNumberOfDependenciesPerEdge", "2");
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        String name = type.getPackageName();
                        if (House.module(name).isEmpty()) {
                            return SliceIdentifier.ignore();
                        }
                        return SliceIdentifier.of(TYPED_VIEWS.matcher(name).matches() ? "dev.jarbor.api" : name);
                    }

                    @Override
                    public String getDescription() {
                        return "packages";
                    }
                })
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void timeChanceAndThreadsAreGivenByTheRuntime() {
        var objections = new TreeMap<String, String>();
        var unused = new ArrayList<>(Ban.EDGES);
        for (JavaClass type : CLASSES) {
            for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                Ban.on(access.getTargetOwner().getName(), access.getTarget().getName(), parameters(access))
                        .ifPresent(ban -> {
                            if (Ban.EDGES.stream().noneMatch(edge -> edge.allows(type.getName(), ban))) {
                                objections.put(
                                        place(access),
                                        "use " + ban.instead() + " of dev.jarbor.runtime.Runtime instead");
                            }
                            unused.removeIf(edge -> edge.allows(type.getName(), ban));
                        });
            }
        }
        assertNone(objections);
        assertThat(unused).as("edges that nothing needs any more: remove them").isEmpty();
    }

    private static String module(JavaClass type) {
        return House.module(type.getName()).orElseThrow();
    }

    private static List<String> parameters(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget code
                ? code.getRawParameterTypes().stream().map(JavaClass::getName).toList()
                : List.of();
    }

    private static String place(Dependency dependency) {
        return dependency.getOriginClass().getName() + " -> "
                + dependency.getTargetClass().getName() + " " + dependency.getSourceCodeLocation();
    }

    private static String place(JavaAccess<?> access) {
        return access.getOrigin().getFullName() + " calls " + access.getTarget().getFullName() + " "
                + access.getSourceCodeLocation();
    }

    private static void assertNone(Map<String, String> objections) {
        assertThat(objections.entrySet().stream().map(broken -> broken.getKey() + "\n    " + broken.getValue()))
                .isEmpty();
    }
}
