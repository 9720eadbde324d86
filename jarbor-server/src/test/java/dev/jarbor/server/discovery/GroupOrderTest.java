package dev.jarbor.server.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GroupOrderTest {
    /** The example of the page on custom resource versioning, "Version priority". */
    @Test
    void versions_stand_in_the_documented_order() {
        List<String> versions = List.of(
                "foo10", "v1", "v10", "v11alpha2", "v11beta2", "v12alpha1", "v2", "v3beta1", "v10beta3", "foo1");

        assertThat(versions.stream().sorted(GroupOrder.VERSIONS))
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

    @Test
    void the_core_group_comes_first_and_unknown_groups_last_by_name() {
        assertThat(List.of("zoo.example.com", "batch", "animals.example.com", "", "apps").stream()
                        .sorted(GroupOrder.GROUPS))
                .containsExactly("", "apps", "batch", "animals.example.com", "zoo.example.com");
    }
}
