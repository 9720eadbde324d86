package dev.jarbor.server.http;

import static dev.jarbor.server.http.HttpCluster.json;
import static dev.jarbor.server.http.HttpCluster.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.client.WatchListener;
import dev.jarbor.server.auth.User;
import dev.jarbor.testing.Conformance;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Another API server behind this one; follows test/e2e/apimachinery/aggregator.go of the reference. */
class AggregationHttpTest {
    private static final String SERVICES = "/apis/apiregistration.k8s.io/v1/apiservices";
    private static final String NAME = "v1alpha1.wardle.example.com";
    private static final String FLUNDERS = "/apis/wardle.example.com/v1alpha1/namespaces/default/flunders";

    private final HttpCluster cluster = new HttpCluster();
    private SampleApiServer sample;

    @BeforeEach
    void aServiceThatAnswers() throws IOException {
        sample = new SampleApiServer(cluster.frontProxy.certificate());
        cluster.runningPod("p");
        cluster.post("/api/v1/namespaces/default/services", """
                {"metadata":{"name":"sample-api"},"spec":{"ports":[{"port":7443}]}}
                """);
    }

    @AfterEach
    void close() {
        sample.close();
        cluster.close();
    }

    private void endpoints() {
        cluster.post("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices", """
                {"metadata":{"name":"s","labels":{"kubernetes.io/service-name":"sample-api"}},"addressType":"IPv4",
                 "ports":[{"name":"","port":%d,"protocol":"TCP"}],
                 "endpoints":[{"addresses":["10.1.2.3"],"targetRef":{"kind":"Pod","name":"p","namespace":"default"}}]}
                """.formatted(sample.port()));
    }

    private void register() {
        HttpResponse<String> created = cluster.post(SERVICES, """
                {"metadata":{"name":"%s"},"spec":{"group":"wardle.example.com","version":"v1alpha1",
                 "service":{"namespace":"default","name":"sample-api","port":7443},"caBundle":"%s",
                 "groupPriorityMinimum":2000,"versionPriority":200}}
                """.formatted(NAME, sample.caBundle()));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    }

    /** Waits until the condition is about {@code reason}, and answers its message. */
    private String awaitReason(String reason) throws Exception {
        var message = new CompletableFuture<String>();
        var request = ApiRequest.of(
                Verb.WATCH,
                new ResourcePath("apiregistration.k8s.io", "v1", "apiservices", "", "", ""),
                Query.fields("metadata.name=" + NAME),
                ObjectValue.EMPTY);
        var listener = new WatchListener() {
            @Override
            public void event(WatchEvent event) {
                event.object().object("status").list("conditions").objects().stream()
                        .filter(condition -> condition.string("reason").equals(reason))
                        .forEach(condition -> message.complete(condition.string("message")));
            }

            @Override
            public void closed() {
                // the test has seen enough
            }
        };
        try (Watch watch = cluster.server.watch(User.ADMIN, request, listener)) {
            return message.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    @Conformance("AM-29")
    void whatAnotherServerServesIsServedHere() throws Exception {
        endpoints();
        register();
        assertThat(awaitReason("Passed")).isEqualTo("all checks passed");

        String flunder = """
                {"kind":"Flunder","apiVersion":"wardle.example.com/v1alpha1","metadata":{"name":"rest-flunder"}}""";
        assertThat(cluster.post(FLUNDERS, flunder).statusCode()).isEqualTo(201);
        assertThat(json(cluster.get(FLUNDERS + "/rest-flunder"))
                        .object("metadata")
                        .string("name"))
                .isEqualTo("rest-flunder");
        assertThat(json(cluster.get(FLUNDERS)).list("items").size()).isEqualTo(1);
        HttpResponse<String> deleted =
                send(cluster.admin, cluster.request(FLUNDERS + "/rest-flunder").DELETE());
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(json(cluster.get(FLUNDERS)).list("items").size()).isZero();
        assertThat(sample.asked)
                .allMatch(asked -> asked.equals("kubernetes-admin [system:masters, system:authenticated]"));

        assertThat(json(cluster.get("/apis")).list("groups").objects())
                .extracting(group -> group.string("name"))
                .contains("wardle.example.com");
        assertThat(json(cluster.get("/apis/wardle.example.com"))
                        .object("preferredVersion")
                        .string("version"))
                .isEqualTo("v1alpha1");
        assertThat(json(cluster.get("/apis/wardle.example.com/v1alpha1"))
                        .list("resources")
                        .objects())
                .extracting(resource -> resource.string("name"))
                .containsExactly("flunders", "flunders/status");
        HttpResponse<String> aggregated = send(
                cluster.admin,
                cluster.request("/apis")
                        .setHeader("Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"));
        assertThat(aggregated.body()).contains("\"flunders\"", "\"wardle.example.com\"");
        assertThat(json(cluster.get("/openapi/v3")).object("paths").names())
                .contains("apis/wardle.example.com/v1alpha1", "apis/apps/v1");
        assertThat(json(cluster.get("/openapi/v3/apis/wardle.example.com/v1alpha1"))
                        .object("info")
                        .string("title"))
                .isEqualTo("wardle");

        assertThat(json(cluster.get(SERVICES + "/" + NAME + "/status"))
                        .object("spec")
                        .integer("groupPriorityMinimum"))
                .isEqualTo(2000);
        send(cluster.admin, cluster.request(SERVICES + "/" + NAME).DELETE());
        assertThat(cluster.get(FLUNDERS).statusCode()).isEqualTo(404);
    }

    @Test
    void componentsReachTheServersBehindThisOneThroughTheirOwnApi() throws Exception {
        endpoints();
        register();
        awaitReason("Passed");
        Api api = cluster.server.as(User.ADMIN);
        var flunders = new ResourcePath("wardle.example.com", "v1alpha1", "flunders", "default", "", "");

        ObjectValue made = Json.object("""
                {"kind":"Flunder","apiVersion":"wardle.example.com/v1alpha1","metadata":{"name":"own"}}""");
        api.call(ApiRequest.of(Verb.CREATE, flunders, Query.NONE, made));

        assertThat(api.call(ApiRequest.of(Verb.LIST, flunders)).list("items").size())
                .isEqualTo(1);
        assertThat(api.call(ApiRequest.of(Verb.GET, flunders.withName("own")))
                        .object("metadata")
                        .string("name"))
                .isEqualTo("own");
        assertThatThrownBy(() -> api.call(ApiRequest.of(Verb.GET, flunders.withName("other"))))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.status().code()).isEqualTo(404));
    }

    @Test
    void typesOfAnotherServerAreInTheDocumentOfThisOne() throws Exception {
        endpoints();
        register();
        awaitReason("Passed");
        ObjectValue document = awaitFlunders();

        assertThat(document.object("paths").names()).doesNotContain("/apis/other.example.com/v1/things");
        assertThat(document.object("definitions").names())
                .contains("io.k8s.api.apps.v1.Deployment")
                .doesNotContain("com.example.wardle.Unused");
        // its metadata is another type than this server's, so it gets a name of its own
        assertThat(document.object("definitions")
                        .object("com.example.wardle.Flunder")
                        .object("properties")
                        .object("metadata")
                        .string("$ref"))
                .isEqualTo("#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta_v2");
        assertThat(document.object("definitions")
                        .object("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta_v2")
                        .string("description"))
                .isEqualTo("another one");
        assertThat(document.object("definitions")
                        .object("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
                        .string("description"))
                .startsWith("ObjectMeta is metadata");
    }

    /** The document is fetched after the service was found to answer: asks until it is there. */
    private ObjectValue awaitFlunders() {
        ObjectValue document = ObjectValue.EMPTY;
        for (int i = 0; i < 200 && !document.object("definitions").has("com.example.wardle.Flunder"); i++) {
            document = json(cluster.get("/openapi/v2"));
        }
        return document;
    }

    @Test
    void groupsOfAnotherServerComeByTheirPriority() throws Exception {
        endpoints();
        register();
        awaitReason("Passed");
        awaitFlunders();
        cluster.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", """
                {"metadata":{"name":"tabs.a.example.com"},"spec":{"group":"a.example.com","scope":"Cluster",
                 "names":{"plural":"tabs","kind":"Tab"},"versions":[{"name":"v1","served":true,"storage":true,
                  "schema":{"openAPIV3Schema":{"type":"object"}}}]}}
                """);

        assertThat(json(cluster.get("/apis")).list("groups").objects())
                .extracting(group -> group.string("name"))
                .containsSubsequence("apiregistration.k8s.io", "apps", "batch", "wardle.example.com", "a.example.com");
        HttpResponse<String> aggregated = send(
                cluster.admin,
                cluster.request("/apis")
                        .setHeader("Accept", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"));
        assertThat(json(aggregated).list("items").objects())
                .extracting(group -> group.object("metadata").string("name"))
                .containsSubsequence("apiregistration.k8s.io", "apps", "batch", "wardle.example.com", "a.example.com");
    }

    @Test
    void aServerThatDoesNotAnswerIsUnavailable() throws Exception {
        register();
        assertThat(awaitReason("EndpointsNotFound"))
                .isEqualTo("cannot find endpointslices for service/sample-api in \"default\"");
        HttpResponse<String> answer = cluster.get(FLUNDERS);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("service unavailable\n");
        assertThat(json(cluster.get("/apis")).list("groups").objects())
                .extracting(group -> group.string("name"))
                .doesNotContain("wardle.example.com");
        endpoints();
        awaitReason("Passed");
        sample.close();
        HttpResponse<String> gone = cluster.get(FLUNDERS);
        assertThat(gone.statusCode()).isEqualTo(503);
        assertThat(gone.body()).startsWith("error trying to reach service: ");
    }

    @Test
    void rightsAreCheckedBeforeARequestIsPassedOn() throws Exception {
        endpoints();
        register();
        awaitReason("Passed");
        HttpResponse<String> refused = send(
                cluster.nobody,
                cluster.request(FLUNDERS)
                        .header("Authorization", "Bearer " + HttpCluster.TOKEN)
                        .header("X-Remote-User", "kubernetes-admin")
                        .POST(BodyPublishers.ofString("{}")));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(json(refused).string("message"))
                .isEqualTo("flunders.wardle.example.com is forbidden: User \"reader\" cannot create resource"
                        + " \"flunders\" in API group \"wardle.example.com\" in the namespace \"default\"");
        assertThat(sample.asked).isEmpty();
    }

    @Test
    void theServersOwnGroupsAreRegisteredAndAvailable() {
        ObjectValue apps = json(cluster.get(SERVICES + "/v1.apps"));
        assertThat(apps.object("metadata").object("labels").string("kube-aggregator.kubernetes.io/automanaged"))
                .isEqualTo("onstart");
        assertThat(apps.object("spec").integer("groupPriorityMinimum")).isEqualTo(17800);
        ObjectValue condition =
                apps.object("status").list("conditions").objects().getFirst();
        assertThat(condition.string("reason")).isEqualTo("Local");
        assertThat(condition.string("status")).isEqualTo("True");
        assertThat(cluster.get(SERVICES + "/v1.").statusCode()).isEqualTo(200);
    }

    @Test
    void anApiServiceMustBeNamedAfterWhatItServes() {
        HttpResponse<String> refused = cluster.post(SERVICES, """
                {"metadata":{"name":"x"},"spec":{"group":"g.example.com","version":"v1","caBundle":"YQ==",
                 "groupPriorityMinimum":0,"versionPriority":1001}}
                """);
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(json(refused).object("details").list("causes").objects())
                .extracting(cause -> cause.string("field") + ": " + cause.string("message"))
                .containsExactly(
                        "metadata.name: Invalid value: \"x\": must be `spec.version+\".\"+spec.group`:"
                                + " \"v1.g.example.com\"",
                        "spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000",
                        "spec.versionPriority: Invalid value: 1001: must be positive and less than 1000",
                        "spec.caBundle: Invalid value: \"1 bytes\": local APIServices may not have a caBundle");
    }
}
