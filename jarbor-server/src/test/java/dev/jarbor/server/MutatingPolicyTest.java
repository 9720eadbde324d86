package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What mutating policies make of objects. */
class MutatingPolicyTest {
    private static final String POLICIES = "admissionregistration.k8s.io/v1/mutatingadmissionpolicies";
    private static final String BINDINGS = "admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings";
    private static final String DEPLOYMENTS = "apps/v1/namespaces/shop/deployments";

    private final TestServer server = new TestServer();

    @BeforeEach
    void aNamespace() {
        server.create("v1/namespaces", "{\"metadata\":{\"name\":\"shop\"}}");
    }

    private void policy(String name, String mutation) {
        policy(name, mutation, "");
    }

    private void policy(String name, String mutation, String more) {
        server.create(POLICIES, """
                {"metadata":{"name":"%s"},"spec":{"reinvocationPolicy":"IfNeeded",%s
                 "matchConstraints":{"resourceRules":[{"apiGroups":["apps"],"apiVersions":["v1"],
                 "operations":["CREATE","UPDATE"],"resources":["deployments"]}]},"mutations":[%s]}}
                """.formatted(name, more, mutation));
        server.create(
                BINDINGS, "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"policyName\":\"%s\"}}".formatted(name, name));
    }

    private static String applied(String expression) {
        return "{\"patchType\":\"ApplyConfiguration\",\"applyConfiguration\":{\"expression\":\"" + expression + "\"}}";
    }

    private static String patch(String expression) {
        return "{\"patchType\":\"JSONPatch\",\"jsonPatch\":{\"expression\":\"" + expression + "\"}}";
    }

    private ObjectValue created() {
        return server.handle(Verb.CREATE, DEPLOYMENTS, Query.NONE, ValidatingPolicyTest.deployment("web", 2))
                .body();
    }

    private ApiException refused() {
        ApiException refusal = catchThrowableOfType(ApiException.class, this::created);
        assertThat(refusal).isNotNull();
        return refusal;
    }

    @Test
    void anAppliedConfigurationIsMergedByTheKeysOfLists() {
        policy(
                "sidecar",
                applied("Object{metadata: Object.metadata{annotations: Object.metadata.annotations{seen:"
                        + " 'yes'}}, spec: Object.spec{replicas: object.spec.replicas + 1, template: Object.spec.template{spec:"
                        + " Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: 'proxy', image:"
                        + " 'proxy:1'}]}}}}"));
        ObjectValue deployment = created();
        assertThat(deployment.object("metadata").object("annotations").string("seen"))
                .isEqualTo("yes");
        assertThat(deployment.object("spec").integer("replicas")).isEqualTo(3);
        assertThat(deployment
                        .object("spec")
                        .object("template")
                        .object("spec")
                        .list("containers")
                        .objects())
                .extracting(container -> container.string("name"))
                .containsExactlyInAnyOrder("web", "proxy");
    }

    @Test
    void aJsonPatchIsCarriedOut() {
        policy(
                "labels",
                patch("[JSONPatch{op: 'test', path: '/spec/replicas', value: 2}, JSONPatch{op: 'add', path:"
                        + " '/metadata/labels/' + jsonpatch.escapeKey('example.com/env'), value: 'test'}]"));
        assertThat(created().object("metadata").object("labels").string("example.com/env"))
                .isEqualTo("test");
    }

    @Test
    void aTestThatFailsLeavesTheObjectAsItIs() {
        policy(
                "labels",
                patch("[JSONPatch{op: 'test', path: '/spec/replicas', value: 9}, JSONPatch{op: 'remove', path:"
                        + " '/spec'}]"));
        assertThat(created().object("spec").integer("replicas")).isEqualTo(2);
    }

    @Test
    void laterPoliciesSeeWhatEarlierOnesDidAndEarlierOnesAreAskedAgain() {
        policy(
                "a-first",
                applied("Object{metadata: Object.metadata{labels: Object.metadata.labels{first:"
                        + " has(object.metadata.labels.second) ? 'after' : 'before'}}}"));
        policy(
                "b-second",
                applied("Object{metadata: Object.metadata{labels: Object.metadata.labels{second:"
                        + " object.metadata.labels.first}}}"));
        ObjectValue labels = created().object("metadata").object("labels");
        assertThat(labels.string("first")).isEqualTo("after");
        assertThat(labels.string("second")).isEqualTo("after");
    }

    @Test
    void variablesConditionsAndParamsWorkAsInValidatingPolicies() {
        policy(
                "conditional",
                applied("Object{spec: Object.spec{replicas: variables.wanted}}"),
                "\"variables\":[{\"name\":\"wanted\",\"expression\":\"object.spec.replicas * 2\"}],"
                        + "\"matchConditions\":[{\"name\":\"few\",\"expression\":\"object.spec.replicas < 3\"}],");
        assertThat(created().object("spec").integer("replicas")).isEqualTo(4);
    }

    @Test
    void whatCannotBeDoneRefusesTheRequest() {
        policy("broken", applied("Object{spec: Object.spec{replicas: object.spec.nonsense}}"));
        ApiException refusal = refused();
        assertThat(refusal.status().code()).isEqualTo(403);
        assertThat(refusal.status().reason()).isEqualTo("Invalid");
        assertThat(refusal.status().message())
                .isEqualTo("policy 'broken' with binding 'broken' denied request: expression 'Object{spec:"
                        + " Object.spec{replicas: object.spec.nonsense}}' resulted in error: no such key: nonsense");
    }

    @Test
    void atomicPartsMayNotBeApplied() {
        policy(
                "atomic",
                applied("Object{spec: Object.spec{template: Object.spec.template{spec:"
                        + " Object.spec.template.spec{containers: [Object.spec.template.spec.containers{name: 'web', command:"
                        + " ['a']}]}}}}"));
        assertThat(refused().status().message())
                .contains("invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs:"
                        + " .spec.template.spec.containers[0].command");
    }

    @Test
    void theNamesOfTypesHaveToFitTheirPlace() {
        policy("names", applied("Object{spec: Object.wrong{replicas: 3}}"));
        assertThat(refused().status().message())
                .contains(
                        "type mismatch: unexpected type name \"Object.wrong\", expected \"Object.spec\", which matches"
                                + " field name path from root Object type");
    }

    @Test
    void anExpressionOfTheWrongTypeIsAnErrorOfItsField() {
        ApiException refusal =
                catchThrowableOfType(ApiException.class, () -> policy("wrong", applied("object.metadata")));
        assertThat(ValidatingPolicyTest.causes(refusal))
                .containsExactly("spec.mutations[0].applyConfiguration.expression: Invalid value: \"object.metadata\":"
                        + " must evaluate to Object but got dyn");
    }

    @Test
    void customResourcesAreMergedAsTheirSchemaSays() {
        server.create(CronTabs.DEFINITIONS, CronTabs.definition(CronTabs.spec("""
                "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
                  "items":{"type":"object","required":["name"],
                    "properties":{"name":{"type":"string"},"port":{"type":"integer"}}}},
                "tags":{"type":"array","items":{"type":"string"}}
                """)));
        tabPolicy("ports", "ports: [Object.spec.ports{name: 'metrics', port: 9090}]");
        server.create(CronTabs.COLLECTION, CronTabs.object("a", "{\"ports\":[{\"name\":\"http\",\"port\":80}]}"));

        assertThat(server.get(CronTabs.COLLECTION + "/a")
                        .object("spec")
                        .list("ports")
                        .objects())
                .extracting(port -> port.string("name") + " " + port.integer("port"))
                .containsExactly("http 80", "metrics 9090");

        tabPolicy("tags", "tags: ['x']");
        ApiException refusal = catchThrowableOfType(
                ApiException.class,
                () -> server.create(CronTabs.COLLECTION, CronTabs.object("b", "{\"tags\":[\"a\"]}")));
        assertThat(refusal.status().message()).contains("may not mutate atomic arrays, maps or structs: .spec.tags");
    }

    private void tabPolicy(String name, String spec) {
        policy(name, applied("Object{spec: Object.spec{" + spec + "}}"));
        server.patch(PatchType.MERGE, POLICIES + "/" + name, """
                {"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":["stable.example.com"],"apiVersions":["v1"],
                 "operations":["CREATE"],"resources":["crontabs"]}]}}}
                """);
    }
}
