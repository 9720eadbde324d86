package dev.jarbor.server.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.schema.VersionOrder;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrioritiesTest {
    /** The example of the page on custom resource versioning, "Version priority". */
    @Test
    void versions_stand_in_the_documented_order() {
        List<String> versions = List.of(
                "foo10", "v1", "v10", "v11alpha2", "v11beta2", "v12alpha1", "v2", "v3beta1", "v10beta3", "foo1");

        assertThat(versions.stream().sorted(VersionOrder.VERSIONS))
                .containsExactly(
                        "v10",
                        "v2",
                        "v1",
                        "v11beta2",
                        "v10beta3",
                        "v3beta1",
                        "v12alpha1",
                        "v11alpha2",
                        "foo1",
                        "foo10");
    }

    private static ObjectValue service(String group, String version, int groupPriority, int versionPriority) {
        return ObjectValue.of(
                "spec",
                ObjectValue.EMPTY
                        .with("group", group)
                        .with("version", version)
                        .with("groupPriorityMinimum", groupPriority)
                        .with("versionPriority", versionPriority));
    }

    @Test
    void groups_and_versions_come_by_the_priorities_of_their_services() {
        Priorities priorities = Priorities.of(List.of(
                service("apps", "v1", 17800, 15),
                service("batch", "v1", 17400, 15),
                service("zoo.example.com", "v1", 17500, 15),
                service("zoo.example.com", "v1alpha1", 100, 20)));

        assertThat(List.of("x.example.com", "batch", "zoo.example.com", "apiregistration.k8s.io", "", "apps").stream()
                        .sorted(priorities.groupOrder()))
                .containsExactly("", "apiregistration.k8s.io", "apps", "zoo.example.com", "batch", "x.example.com");
        assertThat(List.of("v1", "v1alpha1").stream().sorted(priorities.versionOrder("zoo.example.com")))
                .containsExactly("v1alpha1", "v1");
        assertThat(List.of("v1beta1", "v1", "v2").stream().sorted(priorities.versionOrder("x.example.com")))
                .containsExactly("v2", "v1", "v1beta1");
    }
}
