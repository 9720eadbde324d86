package dev.jarbor.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AppsV1Api;
import io.kubernetes.client.openapi.apis.AuthenticationV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.PolicyV1Api;
import io.kubernetes.client.openapi.models.AuthenticationV1TokenRequest;
import io.kubernetes.client.openapi.models.CoreV1Event;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1DeleteOptions;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Eviction;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1ObjectReference;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Preconditions;
import io.kubernetes.client.openapi.models.V1SelfSubjectReview;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1TokenRequestSpec;
import io.kubernetes.client.util.CSRUtils;
import io.kubernetes.client.util.Config;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.Watch;
import io.kubernetes.client.util.Yaml;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesObject;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the official Java client asks for beyond the plain life of objects: options, subresources, who may do what. */
class OfficialClientOptionsTest {
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
        client = admin();
        core = new CoreV1Api(client);
    }

    private static ApiClient admin() throws IOException {
        return Config.fromConfig(cluster.kubeconfig().toString());
    }

    private static V1ConfigMap created(String name, String label) throws ApiException {
        return core.createNamespacedConfigMap(
                        NAMESPACE,
                        new V1ConfigMap().metadata(new V1ObjectMeta().name(name).putLabelsItem("test", label)))
                .execute();
    }

    private static <T> T yaml(String text, Class<T> type) {
        return type.cast(Yaml.loadAs(text, type));
    }

    private static void refused(int code, String words, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ApiException.class, refused -> {
            assertThat(refused.getCode()).as(refused.getResponseBody()).isEqualTo(code);
            assertThat(refused.getResponseBody()).contains(words);
        });
    }

    @Test
    void labelsAndFieldsSelect() throws ApiException {
        created("blue", "selected");
        created("red", "selected");

        assertThat(core.listNamespacedConfigMap(NAMESPACE)
                        .labelSelector("test in (selected,other),!gone")
                        .fieldSelector("metadata.name!=blue")
                        .execute()
                        .getItems())
                .extracting(item -> requireNonNull(item.getMetadata()).getName())
                .containsExactly("red");
    }

    @Test
    void aWatchTellsOfBookmarks() throws ApiException, IOException {
        Type type = new com.google.gson.reflect.TypeToken<Watch.Response<V1ConfigMap>>() {}.getType();
        try (Watch<V1ConfigMap> watch = Watch.createWatch(
                client,
                core.listNamespacedConfigMap(NAMESPACE)
                        .resourceVersionMatch("NotOlderThan")
                        .sendInitialEvents(true)
                        .allowWatchBookmarks(true)
                        .watch(true)
                        .timeoutSeconds(30)
                        .buildCall(null),
                type)) {
            Watch.Response<V1ConfigMap> event = watch.next();
            while (event.type.equals("ADDED")) {
                event = watch.next();
            }
            assertThat(event.type).isEqualTo("BOOKMARK");
            assertThat(requireNonNull(requireNonNull(event.object.getMetadata()).getAnnotations()))
                    .containsEntry("k8s.io/initial-events-end", "true");
        }
    }

    @Test
    void aScaleAndAStatusAreWrittenOnTheirOwn() throws ApiException {
        var apps = new AppsV1Api(client);
        apps.createNamespacedDeployment(NAMESPACE, yaml("""
                        metadata: {name: scaled}
                        spec:
                          replicas: 1
                          selector: {matchLabels: {app: scaled}}
                          template:
                            metadata: {labels: {app: scaled}}
                            spec: {containers: [{name: web, image: "web:1"}]}
                        """, V1Deployment.class))
                .execute();
        var scale = apps.readNamespacedDeploymentScale("scaled", NAMESPACE).execute();
        requireNonNull(scale.getSpec()).setReplicas(2);
        requireNonNull(scale.getMetadata()).setResourceVersion(null);
        apps.replaceNamespacedDeploymentScale("scaled", NAMESPACE, scale).execute();
        Eventually.until(
                "two pods are ready",
                () -> Integer.valueOf(2)
                        .equals(requireNonNull(apps.readNamespacedDeploymentStatus("scaled", NAMESPACE)
                                        .execute()
                                        .getStatus())
                                .getReadyReplicas()));

        core.createNamespacedService(
                        NAMESPACE, yaml("{metadata: {name: status}, spec: {ports: [{port: 80}]}}", V1Service.class))
                .execute();
        V1Service changed = PatchUtils.patch(
                V1Service.class,
                () -> core.patchNamespacedServiceStatus(
                                "status",
                                NAMESPACE,
                                new V1Patch(
                                        "{\"spec\":{\"type\":\"NodePort\"},\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"192.0.2.1\"}]}}}"))
                        .buildCall(null),
                V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH,
                client);
        assertThat(requireNonNull(changed.getSpec()).getType()).isEqualTo("ClusterIP");
        assertThat(requireNonNull(requireNonNull(
                                        requireNonNull(changed.getStatus()).getLoadBalancer())
                                .getIngress())
                        .getFirst()
                        .getIp())
                .isEqualTo("192.0.2.1");
    }

    @Test
    void anEvictionAsksTheBudget() throws ApiException, IOException {
        core.createNamespacedPod(NAMESPACE, yaml("""
                        metadata: {name: evicted, labels: {app: evicted}}
                        spec: {containers: [{name: web, image: "web:1"}]}
                        """, V1Pod.class)).execute();
        Eventually.until(
                "the pod runs",
                () -> "Running"
                        .equals(requireNonNull(core.readNamespacedPod("evicted", NAMESPACE)
                                        .execute()
                                        .getStatus())
                                .getPhase()));
        var policy = new PolicyV1Api(client);
        policy.createNamespacedPodDisruptionBudget(NAMESPACE, yaml("""
                        metadata: {name: evicted}
                        spec: {minAvailable: 1, selector: {matchLabels: {app: evicted}}}
                        """, V1PodDisruptionBudget.class))
                .execute();
        var eviction =
                new V1Eviction().metadata(new V1ObjectMeta().name("evicted").namespace(NAMESPACE));

        refused(
                429,
                "disruption budget",
                () -> core.createNamespacedPodEviction("evicted", NAMESPACE, eviction)
                        .execute());
        policy.deleteNamespacedPodDisruptionBudget("evicted", NAMESPACE).execute();
        // The client's own call expects an Eviction where every server answers with a Status.
        try (var answer = core.createNamespacedPodEviction("evicted", NAMESPACE, eviction)
                .buildCall(null)
                .execute()) {
            assertThat(answer.code()).isEqualTo(201);
        }
    }

    @Test
    void aDeletionHasPreconditionsAndAWay() throws ApiException {
        created("doomed-a", "doomed");
        created("doomed-b", "doomed");
        var wrong = new V1DeleteOptions().preconditions(new V1Preconditions().uid("other"));

        refused(
                409,
                "the UID in the precondition (other) does not match",
                () -> core.deleteNamespacedConfigMap("doomed-a", NAMESPACE)
                        .body(wrong)
                        .execute());
        core.deleteNamespacedConfigMap("doomed-a", NAMESPACE)
                .propagationPolicy("Background")
                .gracePeriodSeconds(0)
                .execute();
        core.deleteCollectionNamespacedConfigMap(NAMESPACE)
                .labelSelector("test=doomed")
                .execute();
        assertThat(core.listNamespacedConfigMap(NAMESPACE)
                        .labelSelector("test=doomed")
                        .execute()
                        .getItems())
                .isEmpty();
    }

    @Test
    void aDryRunWritesNothingAndWhatIsWrongIsRefused() throws ApiException {
        assertThat(requireNonNull(core.createNamespacedConfigMap(
                                        NAMESPACE, new V1ConfigMap().metadata(new V1ObjectMeta().name("dry")))
                                .dryRun("All")
                                .fieldValidation("Strict")
                                .execute()
                                .getMetadata())
                        .getUid())
                .isNotEmpty();
        refused(404, "dry", () -> core.readNamespacedConfigMap("dry", NAMESPACE).execute());
        refused(
                422,
                "fieldValidation: Unsupported value",
                () -> core.createNamespacedConfigMap(
                                NAMESPACE, new V1ConfigMap().metadata(new V1ObjectMeta().name("dry")))
                        .fieldValidation("Perhaps")
                        .execute());
    }

    @Test
    void aTokenOpensWhatItsAccountMay() throws ApiException, IOException {
        core.createNamespacedServiceAccount(
                        NAMESPACE, new V1ServiceAccount().metadata(new V1ObjectMeta().name("robot")))
                .execute();
        var token = core.createNamespacedServiceAccountToken(
                        "robot",
                        NAMESPACE,
                        new AuthenticationV1TokenRequest()
                                .spec(new V1TokenRequestSpec()
                                        .audiences(List.of())
                                        .expirationSeconds(3600L)))
                .execute();
        ApiClient robot = Config.fromToken(
                client.getBasePath(),
                requireNonNull(requireNonNull(token.getStatus()).getToken()),
                false);

        refused(
                403,
                "User \\\"system:serviceaccount:default:robot\\\" cannot list",
                () -> new CoreV1Api(robot).listNamespacedSecret(NAMESPACE).execute());
        refused(
                401,
                "Unauthorized",
                () -> new CoreV1Api(Config.fromToken(client.getBasePath(), "nonsense", false))
                        .listNamespacedPod(NAMESPACE)
                        .execute());
    }

    @Test
    void aCertificateIsAskedForAndSigned() throws ApiException, Exception {
        byte[] request = Base64.getDecoder().decode(CertificateRequest.of("emil"));
        CSRUtils.createIfAbsent(client, CSRUtils.newV1CertificateSigningRequest("emil", request));
        CSRUtils.approve(client, "emil");

        assertThat(new String(CSRUtils.waitUntilCertificateSigned(client, "emil"), StandardCharsets.UTF_8))
                .startsWith("-----BEGIN CERTIFICATE-----");
    }

    @Test
    void theClientActsAsSomebodyElse() throws ApiException, IOException {
        ApiClient acting = admin();
        acting.addDefaultHeader("Impersonate-User", "jane");
        acting.addDefaultHeader("Impersonate-Group", "team");

        var who = requireNonNull(requireNonNull(new AuthenticationV1Api(acting)
                        .createSelfSubjectReview(new V1SelfSubjectReview())
                        .execute()
                        .getStatus())
                .getUserInfo());
        assertThat(who.getUsername()).isEqualTo("jane");
        assertThat(who.getGroups()).containsExactly("team", "system:authenticated");
        refused(
                403,
                "User \\\"jane\\\" cannot list",
                () -> new CoreV1Api(acting).listNamespacedPod(NAMESPACE).execute());
    }

    @Test
    void whatHappensIsTold() throws ApiException {
        V1ConfigMap about = created("told", "told");
        core.createNamespacedEvent(
                        NAMESPACE,
                        new CoreV1Event()
                                .metadata(new V1ObjectMeta().generateName("told-"))
                                .involvedObject(new V1ObjectReference()
                                        .kind("ConfigMap")
                                        .name("told")
                                        .namespace(NAMESPACE)
                                        .uid(requireNonNull(about.getMetadata()).getUid()))
                                .reason("Told")
                                .message("it happened")
                                .type("Normal"))
                .execute();

        assertThat(core.listNamespacedEvent(NAMESPACE)
                        .fieldSelector("involvedObject.name=told,reason=Told")
                        .execute()
                        .getItems())
                .extracting(CoreV1Event::getMessage)
                .containsExactly("it happened");
    }

    @Test
    void aCustomResourceLivesAsAnyOther() throws ApiException {
        // Its typed definition says "allOf: []" and the like, which no server takes beside a status: so without types.
        var definitions = new DynamicKubernetesApi("apiextensions.k8s.io", "v1", "customresourcedefinitions", client);
        definitions
                .create(new DynamicKubernetesObject(
                        com.google.gson.JsonParser.parseString("""
                        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                         "metadata":{"name":"tills.official.example.com"},
                         "spec":{"group":"official.example.com","scope":"Namespaced",
                           "names":{"plural":"tills","singular":"till","kind":"Till"},
                           "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{}},
                             "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}
                        """).getAsJsonObject()))
                .throwsApiException();
        var tills = new DynamicKubernetesApi("official.example.com", "v1", "tills", client);
        var till = new DynamicKubernetesObject();
        till.setApiVersion("official.example.com/v1");
        till.setKind("Till");
        till.setMetadata(new V1ObjectMeta().name("one").namespace(NAMESPACE));
        till.getRaw().add("spec", com.google.gson.JsonParser.parseString("{\"cash\":5}"));

        DynamicKubernetesObject created =
                tills.create(till).throwsApiException().getObject();
        DynamicKubernetesObject changed = tills.updateStatus(
                        created, ignored -> com.google.gson.JsonParser.parseString("{\"state\":\"open\"}"))
                .throwsApiException()
                .getObject();
        assertThat(changed.getRaw().getAsJsonObject("status").get("state").getAsString())
                .isEqualTo("open");
        assertThat(tills.delete(NAMESPACE, "one").isSuccess()).isTrue();
        assertThat(definitions.delete("tills.official.example.com").isSuccess()).isTrue();
    }
}
