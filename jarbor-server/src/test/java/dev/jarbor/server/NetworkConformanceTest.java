package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.testing.Conformance;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The API tests of sig-network, from their official descriptions. */
class NetworkConformanceTest {
    private static final String SERVICES = "v1/namespaces/default/services";
    private static final String ENDPOINTS = "v1/namespaces/default/endpoints";

    private final TestServer cluster = new TestServer();

    private static String service(String name, String label) {
        return """
                {"metadata": {"name": "%s", "labels": {"test": "%s"}},
                 "spec": {"ports": [{"name": "http", "port": 80, "targetPort": 80, "protocol": "TCP"}]}}
                """.formatted(name, label);
    }

    @Test
    @Conformance("NET-14")
    void endpointSlicesSupportEveryApiOperation() {
        new ApiOperations(cluster, "discovery.k8s.io/v1/namespaces/default/endpointslices", """
                {"metadata": {"name": "NAME", "labels": {"special": "ours"}}, "addressType": "IPv4",
                 "endpoints": [{"addresses": ["1.2.3.4", "5.6.7.8"]}]}
                """).all();
    }

    @Test
    @Conformance("NET-17")
    void ingressesSupportEveryApiOperation() {
        var ingresses = new ApiOperations(cluster, "networking.k8s.io/v1/namespaces/default/ingresses", """
                {"metadata": {"name": "NAME", "labels": {"special": "ours"}},
                 "spec": {"defaultBackend": {"service": {"name": "default", "port": {"number": 80}}},
                          "rules": [{"host": "foo.bar.com", "http": {"paths": [
                              {"path": "/", "pathType": "Prefix",
                               "backend": {"service": {"name": "test-backend", "port": {"number": 8080}}}}]}}]}}
                """);
        ingresses.all();
        ingresses.status(
                "with-status",
                "{\"status\": {\"loadBalancer\": {\"ingress\": [{\"ip\": \"169.1.1.1\"}]}}}",
                "loadBalancer",
                Json.object("{\"ingress\": [{\"ip\": \"169.1.1.1\"}]}"),
                Json.object(
                        "{\"loadBalancer\": {\"ingress\": [{\"ip\": \"169.1.1.2\"}, {\"hostname\": \"example.org\"}]}}"));
    }

    @Test
    @Conformance("NET-18")
    void ingressClassesSupportEveryApiOperation() {
        new ApiOperations(cluster, "networking.k8s.io/v1/ingressclasses", """
                {"metadata": {"name": "NAME", "labels": {"special": "ours"}}, "spec": {"controller": "example.com/controller"}}
                """).all();
    }

    @Test
    @Conformance("NET-27")
    void ipAddressesSupportEveryApiOperation() {
        var addresses = "networking.k8s.io/v1/ipaddresses";
        for (String address : new String[] {"192.168.2.2", "192.168.2.3", "2001:db8::ffff"}) {
            ObjectValue created = cluster.create(addresses, """
                    {"metadata": {"name": "%s", "labels": {"special": "ours"}},
                     "spec": {"parentRef": {"group": "", "resource": "services", "namespace": "default", "name": "foo"}}}
                    """.formatted(address));
            assertThat(cluster.get(addresses + "/" + address)).isEqualTo(created);
        }
        Query ours = Query.labels("special=ours");
        assertThat(cluster.list(addresses, ours).list("items").size()).isEqualTo(3);

        ObjectValue patched = cluster.patch(
                PatchType.MERGE,
                addresses + "/192.168.2.2",
                "{\"metadata\": {\"annotations\": {\"patched\": \"true\"}}}");
        ObjectValue updated = cluster.update(addresses + "/192.168.2.2", ApiOperations.annotated(patched, "updated"));
        assertThat(updated.object("metadata").object("annotations").names()).contains("patched", "updated");

        cluster.delete(addresses + "/192.168.2.2", "{}");
        cluster.handle(Verb.DELETECOLLECTION, addresses, ours, ObjectValue.EMPTY);
        assertThat(cluster.list(addresses, ours).list("items").size()).isZero();
    }

    @Test
    @Conformance("NET-36")
    void aServiceGoesThroughTheLifeOfItsStatus() {
        var heard = new TestServer.Heard();
        cluster.watch(SERVICES, Query.labels("test=status"), heard);
        ObjectValue created = cluster.create(SERVICES, """
                {"metadata": {"name": "status", "labels": {"test": "status"}},
                 "spec": {"type": "LoadBalancer",
                          "ports": [{"name": "http", "protocol": "TCP", "port": 80, "targetPort": 80}]}}
                """);
        assertThat(cluster.get(SERVICES + "/status/status").object("status").valueOrNull("loadBalancer"))
                .isEqualTo(ObjectValue.EMPTY);

        ObjectValue patched = cluster.patch(PatchType.MERGE, SERVICES + "/status/status", """
                {"metadata": {"annotations": {"patchedstatus": "true"}},
                 "status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.1"}]}}}
                """);
        assertThat(patched.object("metadata").object("annotations").string("patchedstatus"))
                .isEqualTo("true");
        assertThat(patched.object("status")
                        .object("loadBalancer")
                        .list("ingress")
                        .objects())
                .extracting(ingress -> ingress.string("ip"))
                .containsExactly("203.0.113.1");

        ObjectValue condition = Json.object("""
                {"type": "StatusUpdate", "status": "True", "reason": "E2E", "message": "Set from e2e test",
                 "lastTransitionTime": "2026-01-01T00:00:00Z"}
                """);
        ObjectValue updated = cluster.update(
                SERVICES + "/status/status",
                patched.update("status", status -> status.with("conditions", ListValue.of(List.of(condition)))));
        assertThat(updated.object("status").list("conditions").objects()).containsExactly(condition);

        ObjectValue changed = cluster.patch(
                PatchType.STRATEGIC_MERGE,
                SERVICES + "/status",
                "{\"metadata\": {\"labels\": {\"test\": \"patched\"}}}");
        assertThat(changed.object("spec")).isEqualTo(created.object("spec"));
        cluster.delete(SERVICES + "/status", "{}");
        cluster.runtime.runUntilIdle();
        assertThat(heard.take())
                .containsExactly("ADDED status", "MODIFIED status", "MODIFIED status", "DELETED status");
    }

    @Test
    @Conformance("NET-37")
    void servicesAreDeletedAsACollection() {
        cluster.create(SERVICES, service("a", "one"));
        cluster.create(SERVICES, service("b", "two"));
        cluster.create(SERVICES, service("c", "one"));

        cluster.handle(Verb.DELETECOLLECTION, SERVICES, Query.labels("test=one"), ObjectValue.EMPTY);

        assertThat(cluster.list(SERVICES, Query.labels("test in (one, two)"))
                        .list("items")
                        .objects())
                .extracting(item -> item.object("metadata").string("name"))
                .containsExactly("b");
    }

    @Test
    @Conformance("NET-38")
    void aServiceIsFoundInTheListOfAllNamespaces() {
        cluster.create(SERVICES, service("found", "everywhere"));

        assertThat(cluster.list("v1/services", Query.NONE).list("items").objects())
                .extracting(item -> item.object("metadata").string("namespace") + "/"
                        + item.object("metadata").string("name"))
                .contains("default/found", "default/kubernetes");
    }

    @Test
    @Conformance("NET-45")
    void endpointsGoThroughTheirLife() {
        var heard = new TestServer.Heard();
        cluster.watch(ENDPOINTS, Query.labels("test-endpoint-static=true"), heard);
        ObjectValue created = cluster.create(ENDPOINTS, """
                {"metadata": {"name": "life", "labels": {"test-endpoint-static": "true"}},
                 "subsets": [{"addresses": [{"ip": "10.0.0.24"}],
                              "ports": [{"name": "http", "port": 80, "protocol": "TCP"}]}]}
                """);
        assertThat(cluster.list("v1/endpoints", Query.labels("test-endpoint-static=true"))
                        .list("items")
                        .objects())
                .containsExactly(created);

        ObjectValue updated = cluster.update(
                ENDPOINTS + "/life",
                created.update(
                        "metadata",
                        metadata ->
                                metadata.update("labels", labels -> labels.with("test-service", Value.of("updated")))));
        assertThat(updated.object("metadata").object("labels").string("test-service"))
                .isEqualTo("updated");
        ObjectValue patched = cluster.patch(PatchType.STRATEGIC_MERGE, ENDPOINTS + "/life", """
                {"metadata": {"labels": {"test-service": "patched"}},
                 "subsets": [{"addresses": [{"ip": "10.0.0.25"}],
                              "ports": [{"name": "http-test", "port": 8080, "protocol": "TCP"}]}]}
                """);
        assertThat(patched.list("subsets").objects())
                .singleElement()
                .satisfies(subset -> assertThat(
                                subset.list("addresses").objects().getFirst().string("ip"))
                        .isEqualTo("10.0.0.25"));

        cluster.handle(Verb.DELETECOLLECTION, ENDPOINTS, Query.labels("test-endpoint-static=true"), ObjectValue.EMPTY);
        assertThatThrownBy(() -> cluster.get(ENDPOINTS + "/life"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.isNotFound()).isTrue());
        cluster.runtime.runUntilIdle();
        assertThat(heard.events)
                .extracting(WatchEvent::type)
                .containsExactly(
                        WatchEvent.Type.ADDED,
                        WatchEvent.Type.MODIFIED,
                        WatchEvent.Type.MODIFIED,
                        WatchEvent.Type.DELETED);
    }
}
