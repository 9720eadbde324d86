package dev.jarbor.server.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The rules of kinds, a table of cases a topic; {@link RuleTable} says how the tables are read. */
class RulesTest {
    private static Stream<DynamicTest> table(String name) {
        return RuleTable.read(name).stream()
                .map(line -> DynamicTest.dynamicTest(
                        line.title(),
                        () -> assertThat(line.actual()).as(line.title()).containsExactlyElementsOf(line.expected())));
    }

    @TestFactory
    Stream<DynamicTest> containersOfPods() {
        return table("containers.rules");
    }

    @TestFactory
    Stream<DynamicTest> environmentOfContainers() {
        return table("environment.rules");
    }

    @TestFactory
    Stream<DynamicTest> volumesAndMounts() {
        return table("volumes.rules");
    }

    @TestFactory
    Stream<DynamicTest> resourcesOfContainersAndPods() {
        return table("resources.rules");
    }

    @TestFactory
    Stream<DynamicTest> services() {
        return table("services.rules");
    }

    @TestFactory
    Stream<DynamicTest> endpointsIngressesAndPolicies() {
        return table("network.rules");
    }

    @TestFactory
    Stream<DynamicTest> volumesClassesAndDrivers() {
        return table("storage.rules");
    }

    @TestFactory
    Stream<DynamicTest> rolesAndBindings() {
        return table("access.rules");
    }
}
