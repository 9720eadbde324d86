package dev.jarbor.controllers.roles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.rbac.v1.ClusterRole;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.client.Verb;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.controllers.World;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

    @Test
    void theLoopOwnsTheRulesThatItWritesWhoeverWroteThemBefore() {
        World world = aggregating();
        assertThat(owners(world)).containsEntry("clusterrole-aggregation-controller", "Apply");

        world.api.update(
                ClusterRole.KIND,
                ClusterRole.KIND.read(
                        world.the(ClusterRole.KIND, "", "whole").value().with("rules", ListValue.EMPTY)));
        world.settle();
        assertThat(written(world)).isEqualTo("pods");
        world.api.delete(ClusterRole.KIND, ObjectKey.cluster("part"));
        world.settle();
        assertThat(written(world)).isEmpty();
        assertThat(owners(world)).doesNotContainKey("clusterrole-aggregation-controller");
    }

    @Test
    void whereNothingIsDifferentNothingIsWritten() {
        World world = aggregating();
        String version = world.the(ClusterRole.KIND, "", "whole").metadata().resourceVersion();
        world.api.put(ClusterRole.KIND, role("other", "\"labels\":{}}," + rules("secrets")));
        world.settle();
        assertThat(world.the(ClusterRole.KIND, "", "whole").metadata().resourceVersion())
                .isEqualTo(version);
    }

    @Test
    void aRoleThatHasGoneMeanwhileIsNotMadeAnew() {
        World world = aggregating();
        world.api.beforeNext(
                FakeApi.requests(Verb.PATCH, "clusterroles"),
                request -> world.api.delete(ClusterRole.KIND, ObjectKey.cluster("whole")));
        world.api.put(ClusterRole.KIND, role("more", "\"labels\":{\"to\":\"whole\"}}," + rules("nodes")));
        world.settle();
        assertThat(world.api.find(ClusterRole.KIND, ObjectKey.cluster("whole"))).isEmpty();
    }

    @Test
    void aServerThatCannotApplyGetsAnUpdate() {
        World world = new World(3);
        world.api.failWhile(
                FakeApi.requests(Verb.PATCH, "clusterroles"), ApiException.unsupportedMediaType(List.of("a/b")));
        aggregate(world);
        assertThat(written(world)).isEqualTo("pods");
        assertThat(owners(world)).isEmpty();
    }

    /** A role that adds up another one. */
    private static World aggregating() {
        World world = new World(3);
        aggregate(world);
        return world;
    }

    private static void aggregate(World world) {
        world.api.put(
                ClusterRole.KIND,
                role(
                        "whole",
                        "\"labels\":{}},\"aggregationRule\":{\"clusterRoleSelectors\":[{\"matchLabels\":"
                                + "{\"to\":\"whole\"}}]},\"rules\":[]"));
        world.api.put(ClusterRole.KIND, role("part", "\"labels\":{\"to\":\"whole\"}}," + rules("pods")));
        world.start(new AggregationController(world.api, world.informers, world.runtime));
    }

    private static Map<String, String> owners(World world) {
        var owners = new TreeMap<String, String>();
        world.the(ClusterRole.KIND, "", "whole")
                .metadata()
                .managedFields()
                .forEach(owner -> owners.put(owner.manager(), owner.operation()));
        return owners;
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
