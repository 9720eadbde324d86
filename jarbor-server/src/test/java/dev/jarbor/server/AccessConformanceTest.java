package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.User;
import dev.jarbor.testing.Conformance;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Conformance tests about accounts, tokens and reviews that need the API server alone. */
class AccessConformanceTest {
    private static final String ACCOUNTS = "v1/namespaces/default/serviceaccounts";

    private final TestServer cluster = new TestServer();

    private static Query labelled(String selector) {
        return new Query(new TreeMap<>(Map.of("labelSelector", selector)));
    }

    @Test
    @Conformance("AU-04")
    void aTokenRequestedForAnAccountIsReviewedAsThatAccounts() {
        ObjectValue account = cluster.create(ACCOUNTS, "{\"metadata\":{\"name\":\"e2e-sa\"}}");

        ObjectValue request = cluster.create(ACCOUNTS + "/e2e-sa/token", "{}");
        String token = request.object("status").string("token");
        assertThat(token).isNotEmpty();
        assertThat(request.string("kind")).isEqualTo("TokenRequest");
        assertThat(request.object("spec").integer("expirationSeconds")).isEqualTo(3600);
        assertThat(request.object("spec").list("audiences").strings())
                .containsExactly("https://kubernetes.default.svc.cluster.local");

        ObjectValue status = cluster.create(
                        "authentication.k8s.io/v1/tokenreviews", "{\"spec\":{\"token\":\"" + token + "\"}}")
                .object("status");
        assertThat(status.bool("authenticated")).isTrue();
        assertThat(status.string("error")).isEmpty();
        assertThat(status.object("user").string("username")).isEqualTo("system:serviceaccount:default:e2e-sa");
        assertThat(status.object("user").string("uid"))
                .isEqualTo(account.object("metadata").string("uid"));
        assertThat(status.object("user").list("groups").strings())
                .containsExactly("system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated");
        assertThat(status.object("user")
                        .object("extra")
                        .list("authentication.kubernetes.io/credential-id")
                        .strings()
                        .getFirst())
                .startsWith("JTI=");
        assertThat(status.list("audiences").strings()).containsExactly("https://kubernetes.default.svc.cluster.local");
    }

    @Test
    void aTokenThatCountsNoMoreIsReviewedWithTheReason() {
        cluster.create(ACCOUNTS, "{\"metadata\":{\"name\":\"gone\"}}");
        String token = cluster.create(ACCOUNTS + "/gone/token", "{\"spec\":{\"audiences\":[\"vault\"]}}")
                .object("status")
                .string("token");

        assertThat(review(token, "").string("error"))
                .isEqualTo("[invalid bearer token, token audiences [\"vault\"] is invalid for the target audiences"
                        + " [\"https://kubernetes.default.svc.cluster.local\"]]");
        assertThat(review(token, "\"vault\",\"other\"").list("audiences").strings())
                .containsExactly("vault");
        cluster.delete(ACCOUNTS + "/gone", "{}");
        assertThat(review(token, "\"vault\"").string("error"))
                .isEqualTo("[invalid bearer token, serviceaccounts \"gone\" not found]");
        assertThat(review("nonsense", "").string("error")).isEqualTo("invalid bearer token");
        assertThat(review("nonsense", "").bool("authenticated")).isFalse();
    }

    private ObjectValue review(String token, String audiences) {
        return cluster.create(
                        "authentication.k8s.io/v1/tokenreviews",
                        "{\"spec\":{\"token\":\"" + token + "\",\"audiences\":[" + audiences + "]}}")
                .object("status");
    }

    @Test
    void aTokenOfAPodThatNodesAskForLivesForAYearAndSaysWhenItIsLate() {
        cluster.create(ACCOUNTS, "{\"metadata\":{\"name\":\"default\"}}");
        cluster.create("v1/nodes", "{\"metadata\":{\"name\":\"n1\"}}");
        cluster.create("v1/namespaces/default/pods", """
                {"metadata":{"name":"web"},"spec":{"nodeName":"n1","containers":[{"name":"c","image":"i"}]}}
                """);
        ObjectValue answer = cluster.create(ACCOUNTS + "/default/token", """
                {"spec":{"expirationSeconds":3607,"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"web"}}}
                """);

        String[] parts = answer.object("status").string("token").split("\\.", -1);
        ObjectValue claims = Json.object(Base64.getUrlDecoder().decode(parts[1]));
        assertThat(claims.integer("exp") - claims.integer("iat")).isEqualTo(365 * 24 * 3600);
        assertThat(claims.object("kubernetes.io").integer("warnafter") - claims.integer("iat"))
                .isEqualTo(3607);
        assertThat(claims.object("kubernetes.io").object("node").string("name")).isEqualTo("n1");
        assertThat(answer.object("status").string("expirationTimestamp")).isEqualTo("2030-01-01T01:00:07Z");
    }

    @Test
    @Conformance("AU-08")
    void anAccountIsCreatedWatchedPatchedListedAndDeleted() {
        var heard = new TestServer.Heard();
        cluster.watch(ACCOUNTS, labelled("test-serviceaccount-static=true"), heard);

        cluster.create(
                ACCOUNTS,
                "{\"metadata\":{\"name\":\"testserviceaccount\",\"labels\":{\"test-serviceaccount-static\":\"true\"}}}");
        cluster.patch(
                PatchType.STRATEGIC_MERGE,
                ACCOUNTS + "/testserviceaccount",
                "{\"metadata\":{\"labels\":{\"test-serviceaccount\":\"patched\"}},"
                        + "\"automountServiceAccountToken\":false}");
        ObjectValue found = cluster.list("v1/serviceaccounts", labelled("test-serviceaccount-static=true"));
        assertThat(found.list("items").size()).isEqualTo(1);
        assertThat(found.list("items").objects().getFirst().valueOrNull("automountServiceAccountToken"))
                .isEqualTo(Value.of(false));
        cluster.server.handle(
                User.ADMIN,
                ApiRequest.of(
                        Verb.DELETECOLLECTION,
                        TestServer.path(ACCOUNTS),
                        labelled("test-serviceaccount-static=true"),
                        ObjectValue.EMPTY));

        cluster.runtime.runUntilIdle();
        assertThat(heard.take())
                .containsExactly(
                        "ADDED testserviceaccount", "MODIFIED testserviceaccount", "DELETED testserviceaccount");
    }

    @Test
    @Conformance("AU-09")
    void anAccountIsUpdated() {
        ObjectValue account =
                cluster.create(ACCOUNTS, "{\"metadata\":{\"name\":\"e2e-sa\"},\"automountServiceAccountToken\":false}");

        ObjectValue updated = cluster.update(ACCOUNTS + "/e2e-sa", account.with("automountServiceAccountToken", true));

        assertThat(updated.bool("automountServiceAccountToken")).isTrue();
        assertThat(cluster.get(ACCOUNTS + "/e2e-sa").bool("automountServiceAccountToken"))
                .isTrue();
    }

    @Test
    @Conformance("AU-10")
    void reviewsSayWhatTheAccountThenMeets() {
        ObjectValue account = cluster.create(ACCOUNTS, "{\"metadata\":{\"name\":\"e2e\"}}");
        User user = User.serviceAccount("default", "e2e");
        ObjectValue spec = ObjectValue.EMPTY
                .with("user", user.name())
                .with("groups", ListValue.ofStrings(user.groups()))
                .with("uid", account.object("metadata").string("uid"))
                .with("resourceAttributes", Json.object("""
                                {"verb":"list","resource":"configmaps","namespace":"default","version":"v1"}
                                """));

        assertThat(allowed("authorization.k8s.io/v1/subjectaccessreviews", spec, ""))
                .isFalse();
        assertThat(allowed("authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews", spec, "default"))
                .isFalse();
        assertThatThrownBy(() -> listConfigMaps(user)).hasMessageContaining("is forbidden");

        cluster.create("rbac.authorization.k8s.io/v1/namespaces/default/rolebindings", """
                {"metadata":{"name":"view"},"roleRef":{"kind":"ClusterRole","name":"view"},
                 "subjects":[{"kind":"ServiceAccount","name":"e2e","namespace":"default"}]}
                """);

        assertThat(allowed("authorization.k8s.io/v1/subjectaccessreviews", spec, ""))
                .isTrue();
        assertThat(allowed("authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews", spec, "default"))
                .isTrue();
        listConfigMaps(user);
    }

    private void listConfigMaps(User user) {
        cluster.server.handle(
                user,
                ApiRequest.of(
                        Verb.LIST, TestServer.path("v1/namespaces/default/configmaps"), Query.NONE, ObjectValue.EMPTY));
    }

    private boolean allowed(String path, ObjectValue spec, String namespace) {
        ObjectValue review = ObjectValue.of("spec", spec);
        if (!namespace.isEmpty()) {
            review = review.with("metadata", ObjectValue.EMPTY.with("namespace", namespace));
        }
        return cluster.handle(Verb.CREATE, path, Query.NONE, review)
                .body()
                .object("status")
                .bool("allowed");
    }

    @Test
    void aReviewThatAsksNothingOrTwoThingsIsInvalid() {
        assertThatThrownBy(() -> cluster.create("authorization.k8s.io/v1/subjectaccessreviews", "{\"spec\":{}}"))
                .hasMessage(
                        "SubjectAccessReview.authorization.k8s.io \"\" is invalid: [spec.resourceAttributes: Invalid"
                                + " value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified,"
                                + " spec.user: Invalid value: \"\": at least one of user or group must be specified]");
        assertThatThrownBy(() ->
                        cluster.create("authorization.k8s.io/v1/namespaces/default/localsubjectaccessreviews", """
                        {"metadata":{"namespace":"default"},"spec":{"user":"bob","resourceAttributes":{"verb":"get","namespace":"other"}}}
                        """))
                .hasMessageContaining(
                        "spec.resourceAttributes.namespace: Invalid value: \"other\": must match metadata.namespace");
        assertThatThrownBy(() -> cluster.create("authorization.k8s.io/v1/selfsubjectaccessreviews", """
                        {"metadata":{"name":"mine"},"spec":{"nonResourceAttributes":{"verb":"get","path":"/"}}}
                        """))
                .hasMessageContaining("metadata: Invalid value: {\"name\":\"mine\"}: must be empty");
    }

    @Test
    void aReviewMayAskAboutASelector() {
        String spec = """
                {"user":"system:node:n1","groups":["system:nodes"],"resourceAttributes":{"verb":"list","resource":"pods",
                  "fieldSelector":{"requirements":[{"key":"spec.nodeName","operator":"In","values":["%s"]}]}}}
                """;

        assertThat(allowed("authorization.k8s.io/v1/subjectaccessreviews", Json.object(spec.formatted("n1")), ""))
                .isTrue();
        assertThat(allowed("authorization.k8s.io/v1/subjectaccessreviews", Json.object(spec.formatted("n2")), ""))
                .isFalse();
        assertThatThrownBy(() -> cluster.create("authorization.k8s.io/v1/subjectaccessreviews", """
                        {"spec":{"user":"bob","resourceAttributes":{"verb":"list","resource":"pods","fieldSelector":{
                          "rawSelector":"a=b","requirements":[{"key":"a","operator":"Exists","values":["b"]}]}}}}
                        """))
                .hasMessageContaining("spec.resourceAttributes.fieldSelector.rawSelector: Invalid value: \"a=b\"")
                .hasMessageContaining("spec.resourceAttributes.fieldSelector.requirements[0].values: Forbidden");
    }

    @Test
    void aBindingToARoleThatIsNotThereIsTheReasonOfARefusal() {
        cluster.create("rbac.authorization.k8s.io/v1/clusterrolebindings", """
                {"metadata":{"name":"lost"},"roleRef":{"kind":"ClusterRole","name":"lost"},
                 "subjects":[{"kind":"User","name":"bob"}]}
                """);

        assertThatThrownBy(() -> listConfigMaps(User.of("bob", User.AUTHENTICATED)))
                .hasMessage(
                        "configmaps is forbidden: User \"bob\" cannot list resource \"configmaps\" in API group \"\""
                                + " in the namespace \"default\": RBAC: clusterrole.rbac.authorization.k8s.io \"lost\" not"
                                + " found");
    }

    @Test
    void whatIsMissingForAGrantIsNamedByResource() {
        User bob = User.of("bob", User.AUTHENTICATED);
        cluster.create("rbac.authorization.k8s.io/v1/clusterroles", """
                {"metadata":{"name":"roles"},"rules":[
                  {"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],"verbs":["*"]},
                  {"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}
                """);
        cluster.create("rbac.authorization.k8s.io/v1/clusterrolebindings", """
                {"metadata":{"name":"roles"},"roleRef":{"kind":"ClusterRole","name":"roles"},
                 "subjects":[{"kind":"User","name":"bob"}]}
                """);
        ObjectValue wanted = Json.object("""
                {"metadata":{"name":"big"},"rules":[{"apiGroups":[""],"resources":["secrets","pods"],
                  "verbs":["get","list"]},{"nonResourceURLs":["/metrics"],"verbs":["get"]}]}
                """);
        // the verb "*" on clusterroles holds "escalate" too, as it does in the reference
        cluster.server.handle(
                bob,
                ApiRequest.of(
                        Verb.CREATE, TestServer.path("rbac.authorization.k8s.io/v1/clusterroles"), Query.NONE, wanted));
        cluster.patch(PatchType.MERGE, "rbac.authorization.k8s.io/v1/clusterroles/roles", """
                {"rules":[{"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],"verbs":["create"]},
                  {"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}
                """);

        assertThatThrownBy(() -> cluster.server.handle(
                        bob,
                        ApiRequest.of(
                                Verb.CREATE,
                                TestServer.path("rbac.authorization.k8s.io/v1/clusterroles"),
                                Query.NONE,
                                wanted.with("metadata", ObjectValue.EMPTY.with("name", "bigger")))))
                .hasMessageEndingWith("is attempting to grant RBAC permissions not currently held:\n"
                        + "{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"list\"]}\n"
                        + "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\" \"list\"]}\n"
                        + "{NonResourceURLs:[\"/metrics\"], Verbs:[\"get\"]}");
    }

    @Test
    @Conformance("NODE-41")
    void aNodeIsCreatedReadPatchedListedUpdatedAndDeleted() {
        ObjectValue created = cluster.create("v1/nodes", """
                {"metadata":{"name":"e2e-fake-node"},"spec":{"unschedulable":true},"status":{"phase":"Running",
                  "conditions":[{"type":"Ready","status":"True","reason":"E2E","message":"Set from e2e test"}]}}
                """);
        assertThat(cluster.get("v1/nodes/e2e-fake-node").object("metadata").string("name"))
                .isEqualTo("e2e-fake-node");

        ObjectValue patched = cluster.patch(
                PatchType.STRATEGIC_MERGE,
                "v1/nodes/e2e-fake-node",
                "{\"metadata\":{\"labels\":{\"e2e-fake-node\":\"patched\"}}}");
        assertThat(patched.object("metadata").object("labels").string("e2e-fake-node"))
                .isEqualTo("patched");
        assertThat(Long.parseLong(patched.object("metadata").string("resourceVersion")))
                .isGreaterThan(Long.parseLong(created.object("metadata").string("resourceVersion")));
        assertThat(cluster.list("v1/nodes", labelled("e2e-fake-node=patched"))
                        .list("items")
                        .size())
                .isEqualTo(1);

        ObjectValue updated = cluster.update(
                "v1/nodes/e2e-fake-node",
                patched.update(
                        "metadata",
                        metadata -> metadata.update("labels", labels -> labels.with("e2e-fake-node", "updated"))));
        assertThat(updated.object("metadata").object("labels").string("e2e-fake-node"))
                .isEqualTo("updated");

        cluster.delete("v1/nodes/e2e-fake-node", "{}");
        assertThatThrownBy(() -> cluster.get("v1/nodes/e2e-fake-node")).hasMessageContaining("not found");
    }
}
