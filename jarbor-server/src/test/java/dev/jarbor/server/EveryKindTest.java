package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.features.FeatureGates;
import dev.jarbor.server.kinds.BuiltInKinds;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.RuntimeConfig;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.store.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What holds for every resource that is served, and the kinds that have no test of their own. */
class EveryKindTest {
    private static final ServerSettings ALL = ServerSettings.DEFAULT.withApis(RuntimeConfig.EVERYTHING);

    private final TestServer cluster = new TestServer(ALL);

    @Test
    void everyStoredResourceCanBeListedAndWatchedInEachOfItsVersions() {
        var listed = new ArrayList<String>();
        for (ServedResource resource : cluster.server.registry().served()) {
            if (!resource.definition().verbs().contains("list")) {
                continue;
            }
            ResourcePath path = ResourcePath.collection(resource.kind(), "");
            ObjectValue list = cluster.server
                    .handle(User.ADMIN, ApiRequest.of(Verb.LIST, path))
                    .body();
            assertThat(list.string("kind")).isEqualTo(resource.kind().name() + "List");
            assertThat(list.string("apiVersion")).isEqualTo(resource.kind().apiVersion());
            listed.add(resource.kind().plural());
        }
        assertThat(listed)
                .contains("pods", "deployments", "leases", "customresourcedefinitions")
                .hasSizeGreaterThan(60);
    }

    @Test
    void whatExistsFromTheFirstStartExists() {
        for (String name : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
            ObjectValue namespace = cluster.get("v1/namespaces/" + name);
            assertThat(namespace.object("status").string("phase")).isEqualTo("Active");
            assertThat(namespace.object("spec").list("finalizers").strings()).containsExactly("kubernetes");
            assertThat(namespace.object("metadata").object("labels").string("kubernetes.io/metadata.name"))
                    .isEqualTo(name);
        }
        assertThat(cluster.get("scheduling.k8s.io/v1/priorityclasses/system-node-critical")
                        .integer("value"))
                .isEqualTo(2_000_001_000);
        assertThat(cluster.get("rbac.authorization.k8s.io/v1/clusterroles/cluster-admin")
                        .list("rules")
                        .size())
                .isEqualTo(2);
    }

    @Test
    void aRestartKeepsWhatIsThereAndWritesNothing() {
        var store = new MemoryStore();
        var first = new TestServer(store);
        first.patch(PatchType.MERGE, "v1/namespaces/default", "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
        long revision = store.snapshot().revision();

        var second = new TestServer(store);

        assertThat(store.snapshot().revision()).isEqualTo(revision);
        assertThat(second.get("v1/namespaces/default")
                        .object("metadata")
                        .object("labels")
                        .string("a"))
                .isEqualTo("b");
    }

    @Test
    void immortalNamespacesStay() {
        assertThatThrownBy(() -> cluster.delete("v1/namespaces/default", "{}"))
                .hasMessage("namespaces \"default\" is forbidden: this namespace may not be deleted");
    }

    @Test
    void aSecretsTextBecomesDataAndImmutableDataStays() {
        String secrets = "v1/namespaces/default/secrets";
        ObjectValue secret = cluster.create(
                secrets, "{\"metadata\":{\"name\":\"s\"},\"stringData\":{\"a\":\"hello\"},\"immutable\":true}");
        assertThat(secret.object("data").string("a")).isEqualTo("aGVsbG8=");
        assertThat(secret.has("stringData")).isFalse();
        assertThat(secret.string("type")).isEqualTo("Opaque");
        assertThat(cluster.list(secrets, Query.fields("type=Opaque"))
                        .list("items")
                        .size())
                .isEqualTo(1);

        assertThatThrownBy(() -> cluster.patch(PatchType.MERGE, secrets + "/s", "{\"data\":{\"a\":\"aGk=\"}}"))
                .hasMessage("Secret \"s\" is invalid: data: Forbidden: field is immutable when `immutable` is set");
        assertThatThrownBy(() -> cluster.patch(PatchType.MERGE, secrets + "/s", "{\"type\":\"x\"}"))
                .hasMessageContaining("type: Invalid value: \"x\": field is immutable");
    }

    @Test
    void namesAndLabelsAreCheckedForEveryKind() {
        assertThatThrownBy(() -> cluster.create(
                        "v1/namespaces/default/configmaps",
                        "{\"metadata\":{\"name\":\"A_b\",\"labels\":{\"-x\":\"y\"},\"ownerReferences\":[{}]}}"))
                .hasMessageStartingWith("ConfigMap \"A_b\" is invalid: [metadata.name: Invalid value: \"A_b\": a"
                        + " lowercase RFC 1123 subdomain must consist of")
                .hasMessageContaining("metadata.labels: Invalid value: \"-x\": name part must consist of")
                .hasMessageContaining("metadata.ownerReferences.uid: Invalid value: \"\": must not be empty");
        assertThatThrownBy(() -> cluster.create("v1/namespaces/default/configmaps", "{\"metadata\":{}}"))
                .hasMessageContaining("metadata.name: Required value: name or generateName is required");
        assertThatThrownBy(() -> cluster.create(
                        "v1/namespaces/default/configmaps",
                        "{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"5\"}}"))
                .hasMessage("resourceVersion should not be set on objects to be created");
    }

    @Test
    void anUpdateMayCreateALeaseAndMustNameItsVersionAfterwards() {
        String leases = "coordination.k8s.io/v1/namespaces/default/leases/leader";
        ObjectValue lease = ObjectValue.of("metadata", ObjectValue.EMPTY.with("name", "leader"));

        Answer created = cluster.handle(Verb.UPDATE, leases, Query.NONE, lease);
        assertThat(created.code()).isEqualTo(201);
        assertThatThrownBy(
                        () -> cluster.update(leases, lease.with("spec", ObjectValue.EMPTY.with("holderIdentity", "x"))))
                .hasMessageContaining("metadata.resourceVersion: Invalid value: 0: must be specified for an update");
    }

    @Test
    void aCollectionIsDeletedBySelector() {
        String maps = "v1/namespaces/default/configmaps";
        cluster.create(maps, "{\"metadata\":{\"name\":\"a\",\"labels\":{\"app\":\"x\"}}}");
        cluster.create(maps, "{\"metadata\":{\"name\":\"b\"}}");

        ObjectValue deleted = cluster.handle(Verb.DELETECOLLECTION, maps, Query.labels("app=x"), ObjectValue.EMPTY)
                .body();

        assertThat(deleted.list("items").size()).isEqualTo(1);
        assertThat(cluster.list(maps, Query.NONE).list("items").objects())
                .extracting(item -> item.object("metadata").string("name"))
                .containsExactly("b");
    }

    @Test
    void whatIsNotServedIsNotFoundAndWhatIsNotAllowedSaysSo() {
        assertThatThrownBy(() -> cluster.get("example.com/v1/namespaces/default/things/a"))
                .hasMessage("the server could not find the requested resource");
        assertThatThrownBy(() ->
                        cluster.handle(Verb.UPDATE, "v1/namespaces/default/bindings/a", Query.NONE, ObjectValue.EMPTY))
                .hasMessageContaining("is not supported on resources of kind \"bindings\"");
        assertThatThrownBy(() -> cluster.list("v1/configmaps", Query.NONE.with("resourceVersionMatch", "Exact")))
                .hasMessageContaining("resourceVersionMatch is forbidden unless resourceVersion is provided");
    }

    @Test
    void versionsOfOneShapeShowTheSameObject() {
        ObjectValue older = cluster.get("networking.k8s.io/v1beta1/servicecidrs/kubernetes");
        assertThat(older.string("apiVersion")).isEqualTo("networking.k8s.io/v1beta1");
        assertThat(older.object("spec"))
                .isEqualTo(cluster.get("networking.k8s.io/v1/servicecidrs/kubernetes")
                        .object("spec"));
    }

    @Test
    void theFirstBetaOfClaimsAndSlicesHasItsFieldsElsewhere() {
        String claims = "/namespaces/default/resourceclaims";
        ObjectValue flat = cluster.create("resource.k8s.io/v1beta1" + claims, """
                {"metadata": {"name": "c"}, "spec": {"devices": {"requests": [
                  {"name": "a", "deviceClassName": "gpu"},
                  {"name": "b", "firstAvailable": [{"name": "x", "deviceClassName": "gpu"}]}]}}}
                """);
        assertThat(flat.object("spec").object("devices").list("requests").get(0))
                .isEqualTo(Json.object("{\"name\": \"a\", \"deviceClassName\": \"gpu\","
                        + " \"allocationMode\": \"ExactCount\", \"count\": 1}"));
        assertThat(cluster.get("resource.k8s.io/v1" + claims + "/c")
                        .object("spec")
                        .object("devices")
                        .list("requests")
                        .get(0))
                .isEqualTo(Json.object("{\"name\": \"a\", \"exactly\": {\"deviceClassName\": \"gpu\","
                        + " \"allocationMode\": \"ExactCount\", \"count\": 1}}"));
        assertThat(cluster.update("resource.k8s.io/v1beta1" + claims + "/c", flat))
                .isEqualTo(flat);

        cluster.create("resource.k8s.io/v1beta1/resourceslices", """
                {"metadata": {"name": "s"}, "spec": {"driver": "d.org", "nodeName": "n1",
                  "pool": {"name": "n1", "generation": 1, "resourceSliceCount": 1},
                  "devices": [{"name": "x", "basic": {"attributes": {"model": {"string": "a"}}}}]}}
                """);
        assertThat(cluster.get("resource.k8s.io/v1/resourceslices/s")
                        .object("spec")
                        .list("devices")
                        .get(0))
                .isEqualTo(Json.object("{\"name\": \"x\", \"attributes\": {\"model\": {\"string\": \"a\"}}}"));
    }

    @Test
    void noKindIsServedWithoutADecisionOnItsRules() {
        Registry.Rules rules = BuiltInKinds.rules(cluster.runtime::now, FeatureGates.DEFAULT);

        assertThat(cluster.server.registry().builtIn().served())
                .filteredOn(ServedResource::isStored)
                .extracting(resource -> resource.kind().resource())
                .allSatisfy(name -> assertThat(rules.strategies()).containsKey(name));
        assertThat(rules.strategies()).hasSizeGreaterThan(60);
    }

    @Test
    void whoUsesAVersionOnItsWayOutIsTold() {
        assertThat(cluster.handle(Verb.LIST, "v1/endpoints", Query.NONE, ObjectValue.EMPTY)
                        .warnings())
                .containsExactly("v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");
        assertThat(cluster.handle(Verb.LIST, "v1/componentstatuses", Query.NONE, ObjectValue.EMPTY)
                        .warnings())
                .containsExactly("v1 ComponentStatus is deprecated in v1.19+");
        assertThat(cluster.handle(Verb.LIST, "networking.k8s.io/v1beta1/ipaddresses", Query.NONE, ObjectValue.EMPTY)
                        .warnings())
                .containsExactly("networking.k8s.io/v1beta1 IPAddress is deprecated in v1.34+, unavailable in v1.37+");
        assertThat(cluster.handle(Verb.LIST, "v1/services", Query.NONE, ObjectValue.EMPTY)
                        .warnings())
                .isEmpty();
    }

    @Test
    void theSameSeedMakesTheSameCluster() {
        var other = new TestServer(ALL);
        for (TestServer one : List.of(cluster, other)) {
            one.create("v1/namespaces/default/configmaps", "{\"metadata\":{\"generateName\":\"a-\"}}");
            one.create(
                    "v1/namespaces/default/services",
                    "{\"metadata\":{\"name\":\"web\"},\"spec\":{\"type\":\"NodePort\",\"ports\":[{\"port\":80}]}}");
        }

        assertThat(other.store.snapshot().resources())
                .isEqualTo(cluster.store.snapshot().resources());
    }

    @Test
    void aJobsDeletionWarnsThatItsPodsStay() {
        String jobs = "batch/v1/namespaces/default/jobs";
        cluster.create(jobs, """
                {"metadata": {"name": "once"}, "spec": {"template":
                  {"spec": {"restartPolicy": "Never", "containers": [{"name": "a", "image": "a:1"}]}}}}
                """);

        Answer answer = cluster.handle(Verb.DELETE, jobs + "/once", Query.NONE, ObjectValue.EMPTY);

        assertThat(answer.warnings()).singleElement().asString().startsWith("child pods are preserved by default");
    }
}
