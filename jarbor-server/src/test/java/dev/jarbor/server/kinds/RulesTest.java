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

    @TestFactory
    Stream<DynamicTest> securityOfContainersAndPods() {
        return table("security.rules");
    }

    @TestFactory
    Stream<DynamicTest> schedulingOfPods() {
        return table("scheduling.rules");
    }

    @TestFactory
    Stream<DynamicTest> podsAsAWhole() {
        return table("pods.rules");
    }

    @TestFactory
    Stream<DynamicTest> updatesOfPods() {
        return table("pod-updates.rules");
    }

    @TestFactory
    Stream<DynamicTest> warningsAboutPods() {
        return table("pod-warnings.rules");
    }

    @TestFactory
    Stream<DynamicTest> workloads() {
        return table("workloads.rules");
    }

    @TestFactory
    Stream<DynamicTest> jobsAndCronJobs() {
        return table("jobs.rules");
    }

    @TestFactory
    Stream<DynamicTest> policies() {
        return table("policies.rules");
    }

    @TestFactory
    Stream<DynamicTest> configurationAndNamespaces() {
        return table("configs.rules");
    }

    @TestFactory
    Stream<DynamicTest> nodesAndHowTheyRunPods() {
        return table("nodes.rules");
    }

    @TestFactory
    Stream<DynamicTest> events() {
        return table("events.rules");
    }

    @TestFactory
    Stream<DynamicTest> devicesAndWhatIsClaimedOfThem() {
        return table("devices.rules");
    }

    @TestFactory
    Stream<DynamicTest> whatTheSystemKeepsForItself() {
        return table("system.rules");
    }

    @TestFactory
    Stream<DynamicTest> warnings() {
        return table("warnings.rules");
    }
}
