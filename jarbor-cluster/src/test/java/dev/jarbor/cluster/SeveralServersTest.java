package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.Kind;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.Deployment;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.EndpointAddress;
import dev.jarbor.api.core.v1.Endpoints;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.api.core.v1.ServiceAccount;
import dev.jarbor.api.discovery.v1.EndpointSlice;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.http.HttpApi;
import dev.jarbor.client.http.KubeConfig;
import dev.jarbor.cluster.options.OptionValues;
import dev.jarbor.cluster.options.PlaneSettings;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.server.tls.Pem;
import dev.jarbor.server.tls.TlsContexts;
import dev.jarbor.testing.EtcdMembers;
import dev.jarbor.testing.NeedsEtcd;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers on one etcd are one cluster. */
@NeedsEtcd
class SeveralServersTest {
    private static final ObjectKey LEASE = new ObjectKey("kube-system", "kube-controller-manager");

    private final LiveRuntime runtime = new LiveRuntime();

    @TempDir
    private Path folder;

    private EtcdMembers etcd;
    private Server one;
    private Server other;

    /** A server and the administrator's way in. */
    private record Server(StandaloneServer server, HttpApi api) implements AutoCloseable {
        @Override
        public void close() {
            api.close();
            server.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        etcd = EtcdMembers.start(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // At the same time, on an empty etcd: who comes first makes what all share.
            Future<Server> first = threads.submit(() -> server("one", "192.0.2.1"));
            Future<Server> second = threads.submit(() -> server("other", "192.0.2.2"));
            one = first.get();
            other = second.get();
        }
    }

    @AfterEach
    void stop() {
        one.close();
        other.close();
        runtime.close();
        etcd.close();
    }

    private Server server(String name, String address) throws IOException {
        var data = new DataFolder(folder.resolve(name));
        data.prepare();
        OptionValues options = OptionValues.ofFlags(Map.of(
                "secure-port", List.of("0"),
                "advertise-address", List.of(address),
                "etcd-servers", List.of(etcd.addresses().getFirst().toString())));
        StandaloneServer server = StandaloneServer.start(PlaneSettings.of(options), data, runtime);
        server.announce();
        return new Server(
                server,
                new HttpApi(
                        KubeConfig.parse(Files.readString(data.kubeconfig())).client(), runtime));
    }

    private static ConfigMap configMap(String name, String value) {
        return ConfigMap.named("default", name).withData(Map.of("key", value));
    }

    @Test
    void whatOneServerAcknowledgedTheOtherAnswersAtOnce() {
        for (int i = 0; i < 30; i++) {
            ConfigMap made = one.api().create(ConfigMap.KIND, configMap("c" + i, "1"));
            ConfigMap seen = other.api().get(ConfigMap.KIND, made.key());
            assertThat(seen.value()).isEqualTo(made.value());
            ConfigMap changed = other.api().update(ConfigMap.KIND, seen.withData(Map.of("key", "2")));
            assertThat(one.api().get(ConfigMap.KIND, made.key()).value()).isEqualTo(changed.value());
            one.api().delete(ConfigMap.KIND, made.key());
            assertThat(other.api().find(ConfigMap.KIND, made.key())).isEmpty();
        }
        List<String> names = List.of("default", "kube-system");
        for (String namespace : names) {
            assertThat(list(one.api(), namespace)).isEqualTo(list(other.api(), namespace));
        }
    }

    private static List<ObjectKey> list(Api api, String namespace) {
        return api.list(ConfigMap.KIND, namespace, Query.NONE).items().stream()
                .map(ConfigMap::key)
                .toList();
    }

    @Test
    void aTokenOfOneServerIsGoodAtTheOtherAndBothShowOneAuthority() throws Exception {
        assertThat(one.server().authorityPem()).isEqualTo(other.server().authorityPem());
        String token = token();

        HttpResponse<String> welcome = ask(other, "/apis", token);
        assertThat(welcome.statusCode()).isEqualTo(200);
        assertThat(ask(other, "/apis", token + "x").statusCode()).isEqualTo(401);
    }

    /** A token of the default service account. */
    private String token() {
        Eventually.until(
                "the default service account",
                () -> one.api()
                        .find(ServiceAccount.KIND, new ObjectKey("default", "default"))
                        .isPresent());
        ResourcePath path = ResourcePath.of(ServiceAccount.KIND, new ObjectKey("default", "default"))
                .withSubresource("token");
        ObjectValue answer = one.api()
                .call(ApiRequest.of(
                        Verb.CREATE,
                        path,
                        Query.NONE,
                        ObjectValue.EMPTY
                                .with("apiVersion", "authentication.k8s.io/v1")
                                .with("kind", "TokenRequest")
                                .with("spec", ObjectValue.EMPTY)));
        return answer.object("status").string("token");
    }

    @Test
    void readinessNamesEtcdAndFailsWithoutIt() throws Exception {
        assertThat(ask(one, "/readyz?verbose", "").body()).contains("[+]etcd ok\n[+]etcd-readiness ok\n");
        assertThat(ask(one, "/livez?verbose", "").body())
                .contains("[+]etcd ok\n")
                .doesNotContain("etcd-readiness");
        etcd.kill(0);
        Eventually.until(
                "etcd is missed",
                () -> ask(one, "/readyz?verbose", "")
                        .body()
                        .contains("[-]etcd failed: reason withheld\n[-]etcd-readiness failed: reason withheld\n"));
        assertThatThrownBy(() -> one.api().create(ConfigMap.KIND, configMap("lost", "1")))
                .hasMessageContaining("rpc error: code = Unavailable");
        etcd.restart(0);
        Eventually.until("etcd is back", () -> ask(one, "/readyz", "").statusCode() == 200);
        assertThat(one.api().create(ConfigMap.KIND, configMap("found", "1")).name())
                .isEqualTo("found");
    }

    @Test
    void metricsTellWhatEtcdTakes() {
        one.api()
                .call(ApiRequest.of(
                        Verb.CREATE,
                        new ResourcePath("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "", "", ""),
                        Query.NONE,
                        (ObjectValue) Yaml.parse("""
                                metadata: {name: look}
                                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
                                subjects: [{kind: ServiceAccount, name: default, namespace: default}]
                                """)));
        String token = token();
        Eventually.until(
                "the size is told",
                () -> ask(one, "/metrics", token).body().contains("apiserver_storage_size_bytes{storage_cluster_id="));
        Eventually.until(
                "so is what is used of it",
                () -> ask(one, "/metrics", token).body().contains("\njarbor_store_used_bytes "));
    }

    private static HttpResponse<String> ask(Server server, String path, String token)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(
                        TlsContexts.trusting(Pem.certificates(server.server().authorityPem())))
                .build()) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create(server.server().url() + path));
            if (!token.isEmpty()) {
                request.header("Authorization", "Bearer " + token);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void noClusterAddressAndNoNodePortIsGivenTwice() throws Exception {
        var makings = new ArrayList<Callable<Service>>();
        for (int i = 0; i < 60; i++) {
            Api api = i % 2 == 0 ? one.api() : other.api();
            String name = "s" + i;
            makings.add(() -> Service.KIND.read(api.call(ApiRequest.of(
                    Verb.CREATE,
                    ResourcePath.collection(Service.KIND, "default"),
                    Query.NONE,
                    nodePortService(name)))));
        }
        var addresses = new ArrayList<String>();
        var ports = new ArrayList<Long>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Service> made : threads.invokeAll(makings)) {
                ObjectValue spec = made.get().value().object("spec");
                addresses.add(spec.string("clusterIP"));
                ports.add(spec.list("ports").objects().getFirst().integer("nodePort"));
            }
        }
        assertThat(addresses).hasSize(60).doesNotHaveDuplicates();
        assertThat(ports).doesNotHaveDuplicates();
    }

    private static ObjectValue nodePortService(String name) {
        return (ObjectValue) Yaml.parse("""
                apiVersion: v1
                kind: Service
                metadata: {name: %s}
                spec:
                  type: NodePort
                  ports: [{port: 80}]
                """.formatted(name));
    }

    @Test
    void oneServerWorksAndTheOtherTakesOverWhenItEnds() {
        Eventually.until("somebody leads", () -> holder().isPresent());
        boolean first = one.server().plane().leading();
        Server leader = first ? one : other;
        Server standby = first ? other : one;
        assertThat(standby.server().plane().leading()).isFalse();
        String identity = holder().orElseThrow();
        deploy(standby.api(), "before");
        Eventually.until("the leader's loops work", () -> pods(standby.api()) == 3);

        leader.close();
        Eventually.until(
                "the other leads",
                Duration.ofSeconds(30),
                () -> standby.server().plane().leading());
        assertThat(standby.api().get(Lease.KIND, LEASE).spec().holderIdentity()).isNotEqualTo(identity);
        deploy(standby.api(), "after");
        Eventually.until("its loops work", () -> pods(standby.api()) == 6);
    }

    @Test
    void allServersStandBehindTheServiceKubernetesAndOneThatEndsDoesNot() {
        Eventually.until("both are there", () -> addresses().equals(Set.of("192.0.2.1", "192.0.2.2")));
        other.server().close();

        Eventually.until("one is gone", () -> addresses().equals(Set.of("192.0.2.1")));
        List<EndpointSlice> slices =
                one.api().list(EndpointSlice.KIND, "default", Query.NONE).items();
        assertThat(slices).extracting(EndpointSlice::name).containsExactly("kubernetes");
    }

    private Set<String> addresses() {
        return one.api().get(Endpoints.KIND, new ObjectKey("default", "kubernetes")).subsets().stream()
                .flatMap(subset -> subset.addresses().stream())
                .map(EndpointAddress::ip)
                .collect(Collectors.toSet());
    }

    private Optional<String> holder() {
        return one.api()
                .find(Lease.KIND, LEASE)
                .map(lease -> lease.spec().holderIdentity())
                .filter(holder -> !holder.isEmpty());
    }

    private static int pods(Api api) {
        return api.list(Pod.KIND, "default", Query.NONE).items().size();
    }

    private static void deploy(Api api, String name) {
        create(api, Deployment.KIND, """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s}
                spec:
                  replicas: 3
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata: {labels: {app: %1$s}}
                    spec: {containers: [{name: c, image: i}]}
                """.formatted(name));
    }

    private static void create(Api api, Kind<?> kind, String manifest) {
        api.call(ApiRequest.of(
                Verb.CREATE, ResourcePath.collection(kind, "default"), Query.NONE, (ObjectValue) Yaml.parse(manifest)));
    }

    @Test
    void anEtcdThatIsNotThereIsOneLine() {
        var data = new DataFolder(folder.resolve("nowhere"));
        data.prepare();
        PlaneSettings settings = PlaneSettings.of(
                OptionValues.ofFlags(Map.of("secure-port", List.of("0"), "store", List.of("etcd=http://127.0.0.1:1"))));

        assertThatThrownBy(() -> StandaloneServer.start(settings, data, runtime))
                .isInstanceOf(CannotStart.class)
                .hasMessageStartingWith("etcd at http://127.0.0.1:1 cannot be used: ");
    }
}
