package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.NodeConnection;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.table.Tables;
import dev.jarbor.store.MemoryStore;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code metrics.k8s.io} says, from nodes whose use is a straight line. */
class ResourceMetricsTest {
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final Meter node = new Meter();
    private final ApiServer server = new ApiServer(
            new MemoryStore(),
            runtime,
            ServerSettings.DEFAULT.withResourceMetrics(),
            name -> name.equals("silent") ? Optional.empty() : Optional.of(node));
    private Instant started = Instant.EPOCH;

    /** Uses two cores in all; each of its containers uses as many thousandths as its name says. */
    private final class Meter implements NodeConnection {
        private final List<ContainerRef> running = new ArrayList<>();
        private Instant containersSince = Instant.EPOCH;

        @Override
        public NodeUsage usage() {
            Instant now = runtime.now();
            return new NodeUsage(
                    new Usage(now, 2 * Duration.between(started, now).toNanos(), 3L << 30),
                    running.stream()
                            .map(one -> new ContainerUsage(
                                    one,
                                    containersSince,
                                    new Usage(
                                            now,
                                            Duration.between(containersSince, now)
                                                            .toMillis()
                                                    * Long.parseLong(
                                                            one.container().substring(1))
                                                    * 1000,
                                            50L << 20)))
                            .toList());
        }

        @Override
        public void logs(ContainerRef container, LogOptions options, OutputStream sink) throws IOException {
            throw new IOException("no logs");
        }

        @Override
        public int exec(ContainerRef container, List<String> command, StreamOptions options, Streams streams)
                throws IOException {
            throw new IOException("no programs");
        }

        @Override
        public int attach(ContainerRef container, StreamOptions options, Streams streams) throws IOException {
            throw new IOException("no programs");
        }

        @Override
        public PortStream portForward(String namespace, String pod, String uid, int port) throws IOException {
            throw new IOException("no ports");
        }
    }

    @BeforeEach
    void start() {
        server.start();
        started = runtime.now();
        node.containersSince = started;
        create("v1/namespaces", "{'metadata':{'name':'shop'}}");
        create("v1/nodes", "{'metadata':{'name':'node-1','labels':{'zone':'a'}}}");
        create("v1/nodes", "{'metadata':{'name':'silent'}}");
        create("v1/namespaces/shop/serviceaccounts", "{'metadata':{'name':'default'}}");
    }

    private ObjectValue call(Verb verb, String path, Query query, ObjectValue body) {
        return server.handle(User.ADMIN, ApiRequest.of(verb, TestServer.path(path), query, body))
                .body();
    }

    private void create(String path, String json) {
        call(Verb.CREATE, path, Query.NONE, Json.object(json.replace('\'', '"')));
    }

    private ObjectValue get(String path) {
        return call(Verb.GET, path, Query.NONE, ObjectValue.EMPTY);
    }

    private List<String> list(String path, Query query) {
        return call(Verb.LIST, path, query, ObjectValue.EMPTY).list("items").objects().stream()
                .map(item -> item.object("metadata").string("name"))
                .toList();
    }

    private void pod(String name, String... containers) {
        var each = new ArrayList<String>();
        for (String container : containers) {
            each.add("{'name':'" + container + "','image':'i'}");
            node.running.add(new NodeConnection.ContainerRef("shop", name, name + "-uid", container));
        }
        create(
                "v1/namespaces/shop/pods",
                "{'metadata':{'name':'" + name + "','labels':{'app':'" + name + "'}},'spec':{'nodeName':'node-1',"
                        + "'containers':[" + String.join(",", each) + "]}}");
    }

    @Test
    void aNodeUsesWhatItUsedBetweenTheLastTwoLooks() {
        runtime.advance(Duration.ofSeconds(16));
        assertThat(list("metrics.k8s.io/v1beta1/nodes", Query.NONE)).isEmpty();

        runtime.advance(Duration.ofSeconds(15));
        ObjectValue metrics = get("metrics.k8s.io/v1beta1/nodes/node-1");

        assertThat(metrics.without("metadata")).isEqualTo(Json.object("""
                {"kind":"NodeMetrics","apiVersion":"metrics.k8s.io/v1beta1","timestamp":"%s","window":"15s",
                 "usage":{"cpu":"2","memory":"3Gi"}}
                """.formatted(started.plusSeconds(30))));
        assertThat(metrics.object("metadata").object("labels").string("zone")).isEqualTo("a");
        assertThat(list("metrics.k8s.io/v1beta1/nodes", Query.labels("zone=b"))).isEmpty();
        assertThat(list("metrics.k8s.io/v1beta1/nodes", Query.labels("zone=a"))).containsExactly("node-1");
    }

    @Test
    void whatIsNotMeasuredIsNotThere() {
        runtime.advance(Duration.ofSeconds(31));

        assertThat(list("metrics.k8s.io/v1beta1/nodes", Query.NONE)).containsExactly("node-1");
        assertThatThrownBy(() -> get("metrics.k8s.io/v1beta1/nodes/silent"))
                .hasMessage("nodemetrics.metrics.k8s.io \"silent\" not found");
        assertThatThrownBy(() -> get("metrics.k8s.io/v1beta1/namespaces/shop/pods/none"))
                .hasMessage("podmetrics.metrics.k8s.io \"shop/none\" not found");
    }

    @Test
    void aPodUsesWhatItsContainersDo() {
        pod("web", "c250", "c1");
        runtime.advance(Duration.ofSeconds(31));

        ObjectValue metrics = get("metrics.k8s.io/v1beta1/namespaces/shop/pods/web");

        assertThat(metrics.without("metadata")).isEqualTo(Json.object("""
                {"kind":"PodMetrics","apiVersion":"metrics.k8s.io/v1beta1","timestamp":"%s","window":"15s",
                 "containers":[{"name":"c1","usage":{"cpu":"1m","memory":"50Mi"}},
                               {"name":"c250","usage":{"cpu":"250m","memory":"50Mi"}}]}
                """.formatted(started.plusSeconds(30))));
        ObjectValue table = new Tables(runtime)
                .of(
                        server.registry()
                                .find("metrics.k8s.io", "v1beta1", "pods")
                                .orElseThrow()
                                .definition(),
                        metrics,
                        Tables.IncludeObject.NONE,
                        true);
        assertThat(table.list("rows").objects().getFirst().list("cells").strings())
                .containsExactly("web", "251m", "100Mi", "15s");
    }

    @Test
    void aYoungContainerIsToldOfFromItsStart() {
        runtime.advance(Duration.ofSeconds(18));
        node.containersSince = runtime.now();
        pod("young", "c100");
        runtime.advance(Duration.ofSeconds(13));

        assertThat(get("metrics.k8s.io/v1beta1/namespaces/shop/pods/young").string("window"))
                .isEqualTo("12s");
    }

    @Test
    void aContainerThatBeganAgainCountsFromThereOn() {
        pod("web", "c100");
        runtime.advance(Duration.ofSeconds(39));
        node.containersSince = runtime.now();
        runtime.advance(Duration.ofSeconds(7));

        assertThat(list("metrics.k8s.io/v1beta1/namespaces/shop/pods", Query.NONE))
                .isEmpty();

        runtime.advance(Duration.ofSeconds(15));
        assertThat(list("metrics.k8s.io/v1beta1/namespaces/shop/pods", Query.NONE))
                .containsExactly("web");
    }

    @Test
    void podsAreFoundByLabelsAndFields() {
        pod("a", "c1");
        pod("b", "c1");
        runtime.advance(Duration.ofSeconds(31));

        assertThat(list("metrics.k8s.io/v1beta1/pods", Query.NONE)).containsExactly("a", "b");
        assertThat(list("metrics.k8s.io/v1beta1/namespaces/shop/pods", Query.labels("app=b")))
                .containsExactly("b");
        assertThat(list("metrics.k8s.io/v1beta1/pods", Query.fields("metadata.name=a")))
                .containsExactly("a");
        assertThat(list("metrics.k8s.io/v1beta1/namespaces/other/pods", Query.NONE))
                .isEmpty();
        assertThatThrownBy(() -> list("metrics.k8s.io/v1beta1/pods", Query.fields("spec.nodeName=a")))
                .hasMessageContaining("is not a known field selector");
    }

    @Test
    void theGroupHasItsApiServiceAndIsServedOnlyWhereItIsMeasured() {
        ObjectValue service = get("apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io");

        assertThat(service.object("spec").integer("groupPriorityMinimum")).isEqualTo(100);
        assertThat(service.object("status")
                        .list("conditions")
                        .objects()
                        .getFirst()
                        .string("reason"))
                .isEqualTo("Local");
        assertThatThrownBy(() -> new TestServer().get("metrics.k8s.io/v1beta1/nodes/node-1"))
                .hasMessage("the server could not find the requested resource");
    }
}
