package dev.jarbor.controllers.roles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.rbac.v1.ClusterRole;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.controllers.World;
import org.junit.jupiter.api.Test;

/** Aggregated roles have the rules of what they select. */
class AggregationControllerTest {
    private static ClusterRole role(String name, String rest) {
        return ClusterRole.KIND.read(Json.object("{\"apiVersion\":\"rbac.authorization.k8s.io/v1\",\"kind\":"
                + "\"ClusterRole\",\"metadata\":{\"name\":\"" + name + "\"," + rest + "}"));
    }

    private static String rules(String resource) {
        return "\"rules\":[{\"apiGroups\":[\"\"],\"resources\":[\"" + resource + "\"],\"verbs\":[\"get\"]}]";
    }

    @Test
    void theRulesOfSelectedRolesAreWrittenOnceAndFollowTheirChanges() {
        World world = new World(3);
        world.api.put(
                ClusterRole.KIND,
                role(
                        "whole",
                        "\"labels\":{}},\"aggregationRule\":{\"clusterRoleSelectors\":[{\"matchLabels\":"
                                + "{\"to\":\"whole\"}}]},\"rules\":[]"));
        world.api.put(ClusterRole.KIND, role("b", "\"labels\":{\"to\":\"whole\"}}," + rules("pods")));
        world.api.put(ClusterRole.KIND, role("a", "\"labels\":{\"to\":\"whole\"}}," + rules("nodes")));
        world.api.put(ClusterRole.KIND, role("c", "\"labels\":{}}," + rules("secrets")));
        world.start(new AggregationController(world.api, world.informers, world.runtime));

        assertThat(written(world)).isEqualTo("nodes pods");

        world.api.put(ClusterRole.KIND, role("d", "\"labels\":{\"to\":\"whole\"}}," + rules("services")));
        world.settle();
        assertThat(written(world)).isEqualTo("nodes pods services");
    }

    private static String written(World world) {
        ListValue rules = world.the(ClusterRole.KIND, "", "whole").value().list("rules");
        return String.join(
                " ",
                rules.objects().stream()
                        .flatMap(rule -> rule.list("resources").strings().stream())
                        .toList());
    }
}
