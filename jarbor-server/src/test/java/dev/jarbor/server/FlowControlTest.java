package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.TestServer.Heard;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.flow.FlowControl;
import dev.jarbor.testing.Conformance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** FlowSchemas and PriorityLevelConfigurations as objects, and how requests are classified by them. */
class FlowControlTest {
    private static final String GROUP = "flowcontrol.apiserver.k8s.io/v1/";
    private static final String SCHEMAS = GROUP + "flowschemas";
    private static final String LEVELS = GROUP + "prioritylevelconfigurations";

    private final TestServer cluster = new TestServer();

    private static String json(String yaml) {
        return Json.text(Yaml.parse(yaml));
    }

    private static String schema(String name, String more) {
        return json("""
                metadata: {name: %s, labels: {special: e2e-test}}
                spec:
                  matchingPrecedence: 10000
                  priorityLevelConfiguration: {name: global-default}
                  distinguisherMethod: {type: ByUser}
                  rules:
                  - subjects: [{kind: User, user: {name: example-e2e-flow-schema}}]
                    nonResourceRules: [{verbs: ['*'], nonResourceURLs: ['*']}]
                %s""".formatted(name, more));
    }

    private static String level(String name) {
        return json("""
                metadata: {name: %s, labels: {special: e2e-test}}
                spec: {type: Limited, limited: {nominalConcurrencyShares: 2, limitResponse: {type: Reject}}}
                """.formatted(name));
    }

    @Test
    @Conformance("AM-01")
    void flowSchemasAreServedWithAllTheirOperations() {
        everyOperation(SCHEMAS, schema("one", ""), schema("two", ""), "{\"spec\":{\"matchingPrecedence\":9999}}");
        ObjectValue one = cluster.create(SCHEMAS, schema("updated", ""));
        ObjectValue updated =
                cluster.update(SCHEMAS + "/updated", one.update("spec", spec -> spec.with("matchingPrecedence", 9998)));
        assertThat(updated.object("spec").integer("matchingPrecedence")).isEqualTo(9998);
        assertThat(updated.object("metadata").integer("generation")).isEqualTo(2);
    }

    @Test
    @Conformance("AM-02")
    void priorityLevelsAreServedWithAllTheirOperations() {
        everyOperation(LEVELS, level("one"), level("two"), "{\"spec\":{\"limited\":{\"nominalConcurrencyShares\":4}}}");
        ObjectValue one = cluster.create(LEVELS, level("updated"));
        ObjectValue updated = cluster.update(
                LEVELS + "/updated",
                one.update(
                        "spec",
                        spec -> spec.update("limited", limited -> limited.with("nominalConcurrencyShares", 6))));
        assertThat(updated.object("spec").object("limited").integer("nominalConcurrencyShares"))
                .isEqualTo(6);
    }

    /** Creating, getting, listing, watching, patching, the status, deleting one and the collection. */
    private void everyOperation(String path, String first, String second, String patch) {
        var heard = new Heard();
        Query selector = Query.labels("special=e2e-test");
        cluster.watch(path, selector, heard);
        ObjectValue created = cluster.create(path, first);
        assertThatThrownBy(() -> cluster.create(path, first))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.isAlreadyExists()).isTrue());
        String name = created.object("metadata").string("name");
        assertThat(cluster.get(path + "/" + name).object("spec")).isEqualTo(created.object("spec"));
        assertThat(cluster.list(path, selector).list("items").size()).isEqualTo(1);
        cluster.runtime.runUntilIdle();
        heard.take();

        ObjectValue patched = cluster.patch(PatchType.MERGE, path + "/" + name, patch);
        assertThat(patched.object("metadata").integer("generation")).isEqualTo(2);
        cluster.runtime.runUntilIdle();
        assertThat(heard.take()).containsExactly("MODIFIED " + name);

        String condition = "{\"type\":\"PatchStatusFailed\",\"status\":\"False\",\"reason\":\"ByE2E\","
                + "\"message\":\"from e2e\",\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"}";
        ObjectValue status = cluster.patch(
                PatchType.MERGE, path + "/" + name + "/status", "{\"status\":{\"conditions\":[" + condition + "]}}");
        assertThat(status.object("status").list("conditions").objects())
                .extracting(each -> each.string("type"))
                .containsExactly("PatchStatusFailed");
        ObjectValue replaced = cluster.update(
                path + "/" + name + "/status",
                cluster.get(path + "/" + name)
                        .with("status", Json.parse("{\"conditions\":[" + condition.replace("Patch", "Update") + "]}")));
        assertThat(replaced.object("status").list("conditions").objects())
                .extracting(each -> each.string("type"))
                .containsExactly("UpdateStatusFailed");
        assertThat(cluster.get(path + "/" + name + "/status").object("status")).isEqualTo(replaced.object("status"));

        cluster.delete(path + "/" + name, "{}");
        assertThatThrownBy(() -> cluster.get(path + "/" + name))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.isNotFound()).isTrue());
        cluster.create(path, second);
        cluster.handle(Verb.DELETECOLLECTION, path, selector, ObjectValue.EMPTY);
        assertThat(cluster.list(path, selector).list("items").isEmpty()).isTrue();
    }

    @Test
    void theReferencesObjectsExistFromTheStart() {
        assertThat(cluster.list(LEVELS, Query.NONE).list("items").objects())
                .extracting(level -> level.object("metadata").string("name"))
                .containsExactly(
                        "catch-all",
                        "exempt",
                        "global-default",
                        "leader-election",
                        "node-high",
                        "system",
                        "workload-high",
                        "workload-low");
        assertThat(cluster.list(SCHEMAS, Query.NONE).list("items").objects())
                .hasSize(13)
                .allSatisfy(schema -> assertThat(schema.object("status")
                                .list("conditions")
                                .objects()
                                .getFirst()
                                .string("reason"))
                        .isEqualTo("Found"));
    }

    @Test
    void theMandatoryOnesReturnAndCannotBeChanged() {
        cluster.delete(SCHEMAS + "/catch-all", "{}");
        cluster.delete(LEVELS + "/exempt", "{}");
        cluster.runtime.runUntilIdle();

        assertThat(cluster.get(SCHEMAS + "/catch-all").object("spec").integer("matchingPrecedence"))
                .isEqualTo(10_000);
        assertThat(cluster.get(LEVELS + "/exempt").object("spec").string("type"))
                .isEqualTo("Exempt");
        assertThatThrownBy(() -> cluster.patch(
                        PatchType.MERGE, SCHEMAS + "/catch-all", "{\"spec\":{\"matchingPrecedence\":9000}}"))
                .hasMessageContaining("spec of 'catch-all' must equal the fixed value");
        assertThatThrownBy(() -> cluster.patch(
                        PatchType.MERGE, LEVELS + "/catch-all", "{\"spec\":{\"limited\":{\"lendablePercent\":9}}}"))
                .hasMessageContaining("spec of 'catch-all' must equal the fixed value");
        cluster.patch(PatchType.MERGE, LEVELS + "/exempt", "{\"spec\":{\"exempt\":{\"lendablePercent\":9}}}");
    }

    @Test
    void theStatusSaysWhetherTheLevelExists() {
        cluster.create(SCHEMAS, schema("mine", "").replace("global-default", "later"));
        cluster.runtime.runUntilIdle();
        ObjectValue dangling = condition("mine");
        assertThat(dangling.string("status")).isEqualTo("True");
        assertThat(dangling.string("message"))
                .isEqualTo("This FlowSchema references the PriorityLevelConfiguration object named \"later\" but there"
                        + " is no such object");

        cluster.create(LEVELS, level("later"));
        cluster.runtime.advance(Duration.ofSeconds(1));

        assertThat(condition("mine").string("reason")).isEqualTo("Found");
    }

    private ObjectValue condition(String schema) {
        return cluster.get(SCHEMAS + "/" + schema)
                .object("status")
                .list("conditions")
                .objects()
                .getFirst();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{matchingPrecedence: 1}|spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
                "{matchingPrecedence: -3}|spec.matchingPrecedence: Invalid value: -3: must be a positive value",
                "{matchingPrecedence: 10001}|spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000",
                "{priorityLevelConfiguration: {name: ''}}|spec.priorityLevelConfiguration.name: Required value: must reference a priority level",
                "{rules: [{nonResourceRules: [{verbs: [get], nonResourceURLs: ['/']}]}]}|spec.rules[0].subjects: Required value: subjects must contain at least one value",
                "{rules: [{subjects: [{kind: User, user: {name: x}}]}]}|spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty",
                "{rules: [{subjects: [{kind: User}], nonResourceRules: [{verbs: [get], nonResourceURLs: ['/']}]}]}|spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'",
                "{rules: [{subjects: [{kind: User, user: {name: x}}], nonResourceRules: [{verbs: [get], nonResourceURLs: ['x']}]}]}|spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: \"x\": must start with slash",
                "{rules: [{subjects: [{kind: User, user: {name: x}}], resourceRules: [{verbs: [get], apiGroups: [''], resources: [pods]}]}]}|spec.rules[0].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace",
            })
    void aSchemaThatMakesNoSenseIsRefused(String change, String message) {
        ObjectValue good = Json.object(schema("bad", ""));
        ObjectValue changes = (ObjectValue) Yaml.parse(change);
        ObjectValue spec = good.object("spec");
        for (String field : changes.names()) {
            spec = spec.with(field, changes.valueOrNull(field));
        }
        String bad = Json.text(good.with("spec", spec));

        assertThatThrownBy(() -> cluster.create(SCHEMAS, bad))
                .hasMessage("FlowSchema.flowcontrol.apiserver.k8s.io \"bad\" is invalid: " + message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{type: Exempt}|spec.type: Invalid value: \"Exempt\": type must be 'Exempt' if and only if `name` is 'exempt'",
                "{type: Limited}|spec.limited: Required value: must not be empty when type is Limited",
                "{type: Limited, limited: {nominalConcurrencyShares: -1, limitResponse: {type: Reject}}}|spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer",
                "{type: Limited, limited: {lendablePercent: 101, limitResponse: {type: Reject}}}|spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive",
                "{type: Limited, limited: {limitResponse: {type: Queue}}}|spec.limited.limitResponse.queuing: Required value: must not be empty if limited.limitResponse.type is Limited",
                "{type: Limited, limited: {limitResponse: {type: Queue, queuing: {queues: 4, handSize: 5}}}}|spec.limited.limitResponse.queuing.handSize: Invalid value: 5: should not be greater than queues (4)",
                "{type: Limited, limited: {limitResponse: {type: Queue, queuing: {queues: 512, handSize: 8}}}}|spec.limited.limitResponse.queuing.handSize: Invalid value: 8: required entropy bits of deckSize 512 and handSize 8 should not be greater than 60",
            })
    void aLevelThatMakesNoSenseIsRefused(String spec, String message) {
        String bad = Json.text(Json.object(level("bad")).with("spec", Yaml.parse(spec)));

        assertThatThrownBy(() -> cluster.create(LEVELS, bad))
                .hasMessageStartingWith("PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io \"bad\" is invalid: ")
                .hasMessageContaining(message);
    }

    @Test
    void whatALevelLeavesOpenIsFilledIn() {
        ObjectValue made = cluster.create(LEVELS, json("""
                metadata: {name: queued}
                spec: {type: Limited, limited: {limitResponse: {type: Queue, queuing: {}}}}
                """));

        ObjectValue limited = made.object("spec").object("limited");
        assertThat(limited.integer("nominalConcurrencyShares")).isEqualTo(30);
        assertThat(limited.object("limitResponse").object("queuing"))
                .isEqualTo(Json.parse("{\"handSize\":8,\"queueLengthLimit\":50,\"queues\":64}"));
    }

    @Test
    void requestsAreClassifiedByTheFirstSchemaThatMatches() {
        var control = new FlowControl(cluster.store, cluster.runtime, 600);
        User kubelet = User.of("system:node:n1", "system:nodes", User.AUTHENTICATED);
        User controller = User.serviceAccount("shop", "operator");
        User scheduler = User.of("system:kube-scheduler", User.AUTHENTICATED);
        User jane = User.of("jane", User.AUTHENTICATED);

        assertThat(classify(control, resource(User.ADMIN, "get", "", "pods", "", "shop")))
                .isEqualTo("exempt");
        assertThat(classify(control, Attributes.nonResource(User.ANONYMOUS, "get", "/readyz")))
                .isEqualTo("probes");
        assertThat(classify(control, Attributes.nonResource(jane, "get", "/readyz/ping")))
                .isEqualTo("global-default");
        assertThat(classify(control, resource(kubelet, "update", "", "nodes", "status", "")))
                .isEqualTo("system-node-high");
        assertThat(classify(
                        control, resource(kubelet, "update", "coordination.k8s.io", "leases", "", "kube-node-lease")))
                .isEqualTo("system-node-high");
        assertThat(classify(control, resource(kubelet, "list", "", "pods", "", "")))
                .isEqualTo("system-nodes");
        assertThat(classify(control, resource(scheduler, "update", "coordination.k8s.io", "leases", "", "kube-system")))
                .isEqualTo("system-leader-election");
        assertThat(classify(control, resource(controller, "list", "", "pods", "", "")))
                .isEqualTo("service-accounts");
        assertThat(classify(control, resource(jane, "list", "", "pods", "", "")))
                .isEqualTo("global-default");
        assertThat(classify(control, resource(User.of("odd"), "list", "", "pods", "", "")))
                .isEqualTo("catch-all");

        cluster.create(SCHEMAS, schema("first", "").replace("10000", "5").replace("example-e2e-flow-schema", "jane"));
        assertThat(classify(control, Attributes.nonResource(jane, "get", "/version")))
                .isEqualTo("first");
    }

    private static Attributes resource(
            User user, String verb, String group, String resource, String subresource, String namespace) {
        return new Attributes(user, verb, group, "v1", resource, subresource, namespace, "", "");
    }

    private static String classify(FlowControl control, Attributes request) {
        var outcomes = new ArrayList<FlowControl.Outcome>();
        control.submit(request, 1, outcomes::add);
        FlowControl.Outcome outcome = outcomes.getFirst();
        if (outcome instanceof FlowControl.Outcome.Start start) {
            start.done().run();
        }
        return outcome.flow().schema();
    }

    @Test
    void whoWaitsLongerThanAQuarterOfAMinuteIsTurnedAway() {
        var control = new FlowControl(cluster.store, cluster.runtime, 8);
        User jane = User.of("jane", User.AUTHENTICATED);
        var outcomes = new ArrayList<String>();
        for (int i = 0; i < 30; i++) {
            control.submit(
                    resource(jane, "list", "", "pods", "", ""),
                    1,
                    outcome -> outcomes.add(outcome.getClass().getSimpleName()));
        }
        int started = outcomes.size();
        assertThat(outcomes).containsOnly("Start").hasSizeLessThan(30);

        cluster.runtime.advance(Duration.ofSeconds(16));

        assertThat(outcomes).hasSize(30);
        assertThat(List.copyOf(outcomes).subList(started, 30)).containsOnly("Reject");
    }
}
