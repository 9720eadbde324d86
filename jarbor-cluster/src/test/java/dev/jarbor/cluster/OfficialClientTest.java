package dev.jarbor.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import io.kubernetes.client.Discovery;
import io.kubernetes.client.ProtoClient;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AppsV1Api;
import io.kubernetes.client.openapi.apis.AuthorizationV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.VersionApi;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1ResourceAttributes;
import io.kubernetes.client.openapi.models.V1SelfSubjectAccessReview;
import io.kubernetes.client.openapi.models.V1SelfSubjectAccessReviewSpec;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.proto.V1.Namespace;
import io.kubernetes.client.util.CallGeneratorParams;
import io.kubernetes.client.util.Config;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.Watch;
import io.kubernetes.client.util.Yaml;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import io.kubernetes.client.util.generic.options.PatchOptions;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official Java client, unmodified, with each capability that it has. */
class OfficialClientTest {
    private static final String NAMESPACE = "default";

    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    private static ApiClient client;
    private static CoreV1Api core;

    @BeforeAll
    static void start() throws IOException {
        cluster = TestCluster.simulated(home, 1);
        client = Config.fromConfig(cluster.kubeconfig().toString());
        core = new CoreV1Api(client);
    }

    private static V1ConfigMap settings(String name, String colour) {
        return new V1ConfigMap()
                .metadata(new V1ObjectMeta().name(name).putLabelsItem("test", name))
                .putDataItem("colour", colour);
    }

    private static V1ConfigMap created(String name, String colour) throws ApiException {
        return core.createNamespacedConfigMap(NAMESPACE, settings(name, colour)).execute();
    }

    private static String colour(String name) throws ApiException {
        return requireNonNull(
                data(core.readNamespacedConfigMap(name, NAMESPACE).execute()).get("colour"));
    }

    private static Map<String, String> data(V1ConfigMap map) {
        Map<String, String> data = map.getData();
        return data == null ? Map.of() : data;
    }

    @Test
    void theServerSaysTheVersionThatTheClientIsMadeFor() throws ApiException {
        assertThat(new VersionApi(client).getCode().execute().getGitVersion()).startsWith("v1.36.");
    }

    @Test
    void objectsAreCreatedReadReplacedListedAndDeleted() throws ApiException {
        created("crud", "blue");

        core.replaceNamespacedConfigMap("crud", NAMESPACE, settings("crud", "red"))
                .execute();
        assertThat(colour("crud")).isEqualTo("red");
        assertThat(core.listNamespacedConfigMap(NAMESPACE)
                        .labelSelector("test in (crud)")
                        .execute()
                        .getItems())
                .hasSize(1);

        core.deleteNamespacedConfigMap("crud", NAMESPACE).execute();
        assertThatThrownBy(() -> colour("crud"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.getCode()).isEqualTo(404));
    }

    @Test
    void aStaleReplacementIsRefused() throws ApiException {
        V1ConfigMap first = created("stale", "blue");
        core.replaceNamespacedConfigMap("stale", NAMESPACE, settings("stale", "red"))
                .execute();

        assertThatThrownBy(
                        () -> core.replaceNamespacedConfigMap("stale", NAMESPACE, first.putDataItem("colour", "green"))
                                .execute())
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.getCode()).isEqualTo(409));
        assertThat(colour("stale")).isEqualTo("red");
    }

    @Test
    void aListIsReadInPagesOfOneSnapshot() throws ApiException {
        for (int i = 0; i < 5; i++) {
            core.createNamespacedConfigMap(
                            NAMESPACE,
                            new V1ConfigMap()
                                    .metadata(
                                            new V1ObjectMeta().name("page-" + i).putLabelsItem("paged", "yes")))
                    .execute();
        }
        var names = new ArrayList<String>();
        String next = null;
        do {
            V1ConfigMapList page = core.listNamespacedConfigMap(NAMESPACE)
                    .labelSelector("paged=yes")
                    .limit(2)
                    ._continue(next)
                    .execute();
            page.getItems()
                    .forEach(
                            item -> names.add(requireNonNull(item.getMetadata()).getName()));
            next = requireNonNull(page.getMetadata()).getContinue();
        } while (next != null && !next.isEmpty());

        assertThat(names).containsExactly("page-0", "page-1", "page-2", "page-3", "page-4");
    }

    @Test
    void everyKindOfPatchIsTaken() throws ApiException {
        created("patched", "blue");

        patch(
                "patched",
                V1Patch.PATCH_FORMAT_JSON_PATCH,
                "[{\"op\":\"replace\",\"path\":\"/data/colour\",\"value\":\"red\"}]");
        assertThat(colour("patched")).isEqualTo("red");
        patch("patched", V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, "{\"data\":{\"colour\":\"green\"}}");
        assertThat(colour("patched")).isEqualTo("green");
        patch("patched", V1Patch.PATCH_FORMAT_STRATEGIC_MERGE_PATCH, "{\"data\":{\"colour\":\"white\"}}");
        assertThat(colour("patched")).isEqualTo("white");
    }

    private static void patch(String name, String format, String body) throws ApiException {
        PatchUtils.patch(
                V1ConfigMap.class,
                () -> core.patchNamespacedConfigMap(name, NAMESPACE, new V1Patch(body))
                        .buildCall(null),
                format,
                client);
    }

    @Test
    void whatIsAppliedBelongsToItsManager() {
        var maps = new GenericKubernetesApi<>(V1ConfigMap.class, V1ConfigMapList.class, "", "v1", "configmaps", client);
        String body = """
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "applied"}, "data": {"colour": "%s"}}
                """;

        assertThat(apply(maps, body.formatted("blue"), "one", false)).isEqualTo(200);
        assertThat(apply(maps, body.formatted("red"), "other", false)).isEqualTo(409);
        assertThat(apply(maps, body.formatted("red"), "other", true)).isEqualTo(200);

        V1ConfigMap applied = maps.get(NAMESPACE, "applied").getObject();
        assertThat(data(applied)).containsEntry("colour", "red");
        // This client leaves managedFields out of what it reads, so they are looked at without it.
        assertThat(cluster.api()
                        .get(ConfigMap.KIND, new ObjectKey(NAMESPACE, "applied"))
                        .metadata()
                        .managedFields())
                .extracting(entry -> entry.manager() + " " + entry.operation())
                .containsExactly("other Apply");
    }

    private static int apply(
            GenericKubernetesApi<V1ConfigMap, V1ConfigMapList> maps, String body, String manager, boolean force) {
        var options = new PatchOptions();
        options.setFieldManager(manager);
        options.setForce(force);
        return maps.patch(NAMESPACE, "applied", V1Patch.PATCH_FORMAT_APPLY_YAML, new V1Patch(body), options)
                .getHttpStatusCode();
    }

    @Test
    void aWatchTellsWhatHappensAfterTheList() throws ApiException, IOException {
        V1ConfigMapList before = core.listNamespacedConfigMap(NAMESPACE)
                .labelSelector("test=watched")
                .execute();
        created("watched", "blue");
        core.deleteNamespacedConfigMap("watched", NAMESPACE).execute();

        var seen = new ArrayList<String>();
        Type type = new com.google.gson.reflect.TypeToken<Watch.Response<V1ConfigMap>>() {}.getType();
        try (Watch<V1ConfigMap> watch = Watch.createWatch(
                client,
                core.listNamespacedConfigMap(NAMESPACE)
                        .labelSelector("test=watched")
                        .resourceVersion(requireNonNull(before.getMetadata()).getResourceVersion())
                        .watch(true)
                        .timeoutSeconds(30)
                        .buildCall(null),
                type)) {
            while (seen.size() < 2 && watch.hasNext()) {
                seen.add(watch.next().type);
            }
        }

        assertThat(seen).containsExactly("ADDED", "DELETED");
    }

    @Test
    void anInformerFollowsTheCluster() throws ApiException {
        var heard = new ConcurrentLinkedQueue<String>();
        var factory = new SharedInformerFactory(client);
        var informer = factory.sharedIndexInformerFor(
                (CallGeneratorParams params) -> core.listNamespacedConfigMap(NAMESPACE)
                        .labelSelector("test=informed")
                        .resourceVersion(params.resourceVersion)
                        .timeoutSeconds(params.timeoutSeconds)
                        .watch(params.watch)
                        .buildCall(null),
                V1ConfigMap.class,
                V1ConfigMapList.class);
        informer.addEventHandler(new ResourceEventHandler<V1ConfigMap>() {
            @Override
            public void onAdd(V1ConfigMap map) {
                heard.add("added " + data(map).get("colour"));
            }

            @Override
            public void onUpdate(V1ConfigMap before, V1ConfigMap after) {
                heard.add("updated " + data(after).get("colour"));
            }

            @Override
            public void onDelete(V1ConfigMap map, boolean unknown) {
                heard.add("deleted " + data(map).get("colour"));
            }
        });
        factory.startAllRegisteredInformers();
        Eventually.until("the informer has listed", informer::hasSynced);

        created("informed", "blue");
        core.replaceNamespacedConfigMap("informed", NAMESPACE, settings("informed", "red"))
                .execute();
        Eventually.until("the change is heard", () -> heard.contains("updated red"));
        core.deleteNamespacedConfigMap("informed", NAMESPACE).execute();
        Eventually.until("the deletion is heard", () -> heard.contains("deleted red"));
        factory.stopAllRegisteredInformers();

        assertThat(List.copyOf(heard)).containsExactly("added blue", "updated red", "deleted red");
    }

    @Test
    void yamlIsReadCreatedAndRolledOut() throws ApiException, IOException {
        var deployment = (V1Deployment) Yaml.load("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: rolled}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: rolled}}
                  template:
                    metadata: {labels: {app: rolled}}
                    spec: {containers: [{name: web, image: "web:1"}]}
                """);
        var apps = new AppsV1Api(client);
        apps.createNamespacedDeployment(NAMESPACE, deployment).execute();

        Eventually.until(
                "two pods are ready",
                () -> Integer.valueOf(2)
                        .equals(requireNonNull(apps.readNamespacedDeployment("rolled", NAMESPACE)
                                        .execute()
                                        .getStatus())
                                .getReadyReplicas()));
        assertThat(requireNonNull(apps.readNamespacedDeploymentScale("rolled", NAMESPACE)
                                .execute()
                                .getSpec())
                        .getReplicas())
                .isEqualTo(2);
    }

    @Test
    void portsMayBeNumbersAndNames() throws ApiException, IOException {
        var service = (V1Service) Yaml.load("""
                apiVersion: v1
                kind: Service
                metadata: {name: ports}
                spec:
                  selector: {app: ports}
                  ports:
                    - {name: number, port: 80, targetPort: 8080}
                    - {name: name, port: 81, targetPort: http}
                """);

        V1Service made = core.createNamespacedService(NAMESPACE, service).execute();

        assertThat(requireNonNull(made.getSpec()).getPorts())
                .extracting(port -> port.getTargetPort())
                .containsExactly(new IntOrString(8080), new IntOrString("http"));
    }

    @Test
    void protobufIsSpokenBothWays() throws ApiException, IOException {
        var proto = new ProtoClient(client);
        Namespace asked = Namespace.newBuilder()
                .setMetadata(
                        io.kubernetes.client.proto.Meta.ObjectMeta.newBuilder().setName("proto"))
                .build();

        assertThat(proto.create(asked, "/api/v1/namespaces", "v1", "Namespace").object)
                .isNotNull();
        Namespace read = (Namespace) proto.get(Namespace.newBuilder(), "/api/v1/namespaces/proto").object;

        assertThat(read.getMetadata().getName()).isEqualTo("proto");
        assertThat(read.getSpec().getFinalizersList()).containsExactly("kubernetes");
    }

    @Test
    void discoveryFindsEveryResource() throws ApiException {
        assertThat(new Discovery(client).findAll())
                .extracting(resource -> resource.getGroup() + "/" + resource.getResourcePlural())
                .contains(
                        "/pods",
                        "apps/deployments",
                        "batch/cronjobs",
                        "apiextensions.k8s.io/customresourcedefinitions");
    }

    @Test
    void theClientMayAskWhatItMayDo() throws ApiException {
        var asked = new V1SelfSubjectAccessReview()
                .spec(new V1SelfSubjectAccessReviewSpec()
                        .resourceAttributes(new V1ResourceAttributes()
                                .verb("create")
                                .resource("pods")
                                .namespace(NAMESPACE)));

        assertThat(requireNonNull(new AuthorizationV1Api(client)
                                .createSelfSubjectAccessReview(asked)
                                .execute()
                                .getStatus())
                        .getAllowed())
                .isTrue();
    }
}
