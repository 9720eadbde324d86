package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapList;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestBuilder;
import io.fabric8.kubernetes.api.model.certificates.v1.CertificateSigningRequestConditionBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Fabric8 client asks for beyond the plain life of objects: selections, options of writes, who may do what. */
class Fabric8OptionsTest {
    private static final String NAMESPACE = "default";

    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    @AutoClose
    private static KubernetesClient client;

    @BeforeAll
    static void start() throws IOException {
        cluster = TestCluster.simulated(home, 1);
        client = client(config());
    }

    private static Config config() throws IOException {
        Config config = Config.fromKubeconfig(Files.readString(cluster.kubeconfig()));
        config.setRequestRetryBackoffLimit(0);
        return config;
    }

    private static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static ConfigMap map(String name, String label) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .addToLabels("test", label)
                .endMetadata()
                .build();
    }

    private static List<String> names(ConfigMapList list) {
        return list.getItems().stream()
                .map(each -> each.getMetadata().getName())
                .toList();
    }

    @Test
    void labelsAndFieldsSelect() {
        client.resource(map("blue", "selected")).create();
        client.resource(map("red", "selected")).create();

        assertThat(names(client.configMaps()
                        .inNamespace(NAMESPACE)
                        .withLabelIn("test", "selected", "other")
                        .withoutLabel("gone")
                        .list()))
                .containsExactly("blue", "red");
        assertThat(names(client.configMaps()
                        .inNamespace(NAMESPACE)
                        .withLabel("test", "selected")
                        .withoutField("metadata.name", "blue")
                        .list()))
                .containsExactly("red");
    }

    @Test
    void aListIsReadInPages() {
        for (int number = 0; number < 5; number++) {
            client.resource(map("page-" + number, "paged")).create();
        }
        var found = new ArrayList<String>();
        String token = null;
        do {
            ConfigMapList page = client.configMaps()
                    .inNamespace(NAMESPACE)
                    .withLabel("test", "paged")
                    .list(new ListOptionsBuilder()
                            .withLimit(2L)
                            .withContinue(token)
                            .build());
            found.addAll(names(page));
            token = page.getMetadata().getContinue();
        } while (token != null && !token.isEmpty());

        assertThat(found).containsExactly("page-0", "page-1", "page-2", "page-3", "page-4");
    }

    @Test
    void aStatusIsWrittenOnItsOwn() {
        var service = client.resource(new ServiceBuilder()
                        .withNewMetadata()
                        .withName("status")
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .withNewSpec()
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build())
                .create();
        service.getMetadata().setLabels(Map.of("a", "b"));
        service.getStatus()
                .setLoadBalancer(new io.fabric8.kubernetes.api.model.LoadBalancerStatusBuilder()
                        .addNewIngress()
                        .withIp("192.0.2.1")
                        .endIngress()
                        .build());

        var changed = client.resource(service).updateStatus();

        assertThat(changed.getStatus().getLoadBalancer().getIngress().getFirst().getIp())
                .isEqualTo("192.0.2.1");
        assertThat(changed.getMetadata().getLabels()).isEmpty();
    }

    @Test
    void aDryRunWritesNothing() {
        assertThat(client.resource(map("dry", "dry"))
                        .dryRun()
                        .create()
                        .getMetadata()
                        .getUid())
                .isNotEmpty();
        assertThat(client.configMaps().inNamespace(NAMESPACE).withName("dry").get())
                .isNull();
    }

    @Test
    void unknownFieldsAreRefusedWhereThatIsAskedFor() {
        ConfigMap odd = map("odd", "odd");
        odd.setAdditionalProperty("dta", Map.of("a", "b"));

        assertThatThrownBy(() ->
                        client.resource(odd).fieldValidation(Validation.STRICT).create())
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("strict decoding error: unknown field \"dta\"");
        assertThat(client.resource(odd)
                        .fieldValidation(Validation.WARN)
                        .create()
                        .getAdditionalProperties())
                .isEmpty();
    }

    @Test
    void aDeletionHasAWayAndACollectionIsDeletedBySelector() {
        client.resource(map("doomed-a", "doomed")).create();
        client.resource(map("doomed-b", "doomed")).create();

        assertThat(client.configMaps()
                        .inNamespace(NAMESPACE)
                        .withName("doomed-a")
                        .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                        .withGracePeriod(0)
                        .delete())
                .hasSize(1);
        client.configMaps()
                .inNamespace(NAMESPACE)
                .withName("doomed-a")
                .waitUntilCondition(found -> found == null, 20, TimeUnit.SECONDS);
        assertThat(client.configMaps()
                        .inNamespace(NAMESPACE)
                        .withLabel("test", "doomed")
                        .delete())
                .hasSize(1);
        Eventually.until(
                "the collection is empty",
                () -> client.configMaps()
                        .inNamespace(NAMESPACE)
                        .withLabel("test", "doomed")
                        .list()
                        .getItems()
                        .isEmpty());
    }

    @Test
    void anEvictionAsksTheBudget() {
        client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("evicted")
                        .withNamespace(NAMESPACE)
                        .addToLabels("app", "evicted")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("main")
                        .withImage("web:1")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        var pod = client.pods().inNamespace(NAMESPACE).withName("evicted");
        pod.waitUntilReady(30, TimeUnit.SECONDS);
        var budget = client.resource(new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withName("evicted")
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withNewMinAvailable(1)
                .withNewSelector()
                .addToMatchLabels("app", "evicted")
                .endSelector()
                .endSpec()
                .build());
        budget.create();
        // Until its controller has seen it the server asks for patience, and this client has it.
        budget.waitUntilCondition(
                found -> found != null
                        && found.getStatus() != null
                        && Integer.valueOf(1).equals(found.getStatus().getCurrentHealthy()),
                30,
                TimeUnit.SECONDS);

        assertThat(pod.evict()).isFalse();
        budget.delete();
        assertThat(pod.evict()).isTrue();
    }

    @Test
    void aTokenOpensWhatItsAccountMay() throws IOException {
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("robot")
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        TokenRequest token = client.serviceAccounts()
                .inNamespace(NAMESPACE)
                .withName("robot")
                .tokenRequest();
        Config bearing = config();
        bearing.setClientCertData(null);
        bearing.setClientKeyData(null);
        bearing.setOauthToken(token.getStatus().getToken());

        try (KubernetesClient robot = client(bearing)) {
            assertThatThrownBy(() -> robot.secrets().inNamespace(NAMESPACE).list())
                    .isInstanceOfSatisfying(
                            KubernetesClientException.class,
                            refused -> assertThat(refused.getCode()).isEqualTo(403))
                    .hasMessageContaining(
                            "User \"system:serviceaccount:default:robot\" cannot list resource \"secrets\"");
        }
    }

    @Test
    void aCertificateIsAskedForAndSigned() {
        client.resource(new CertificateSigningRequestBuilder()
                        .withNewMetadata()
                        .withName("dora")
                        .endMetadata()
                        .withNewSpec()
                        .withRequest(CertificateRequest.of("dora"))
                        .withSignerName("kubernetes.io/kube-apiserver-client")
                        .withUsages("client auth")
                        .endSpec()
                        .build())
                .create();
        var asked = client.certificates().v1().certificateSigningRequests().withName("dora");

        asked.approve(new CertificateSigningRequestConditionBuilder()
                .withType("Approved")
                .withStatus("True")
                .withReason("Test")
                .withMessage("for the test")
                .build());

        assertThat(asked.waitUntilCondition(found -> found.getStatus().getCertificate() != null, 30, TimeUnit.SECONDS)
                        .getStatus()
                        .getCertificate())
                .isNotEmpty();
    }

    @Test
    void theClientAsksWhatMayBeDoneAndActsAsSomebodyElse() throws IOException {
        SelfSubjectAccessReview asked = new SelfSubjectAccessReviewBuilder()
                .withNewSpec()
                .withNewResourceAttributes()
                .withVerb("create")
                .withResource("pods")
                .endResourceAttributes()
                .endSpec()
                .build();
        assertThat(client.authorization()
                        .v1()
                        .selfSubjectAccessReview()
                        .create(asked)
                        .getStatus()
                        .getAllowed())
                .isTrue();

        Config acting = config();
        acting.setImpersonateUsername("jane");
        acting.setImpersonateGroups("team");
        try (KubernetesClient jane = client(acting)) {
            SelfSubjectReview who = jane.resource(new SelfSubjectReview()).create();
            assertThat(who.getStatus().getUserInfo().getUsername()).isEqualTo("jane");
            assertThat(who.getStatus().getUserInfo().getGroups()).containsExactly("team", "system:authenticated");
            assertThat(jane.authorization()
                            .v1()
                            .selfSubjectAccessReview()
                            .create(asked)
                            .getStatus()
                            .getAllowed())
                    .isFalse();
        }
    }

    @Test
    void whatHappensIsTold() {
        ConfigMap about = client.resource(map("told", "told")).create();
        client.resource(new EventBuilder()
                        .withNewMetadata()
                        .withGenerateName("told-")
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withKind("ConfigMap")
                        .withName("told")
                        .withNamespace(NAMESPACE)
                        .withUid(about.getMetadata().getUid())
                        .endInvolvedObject()
                        .withReason("Told")
                        .withMessage("it happened")
                        .withType("Normal")
                        .build())
                .create();

        assertThat(client.v1()
                        .events()
                        .inNamespace(NAMESPACE)
                        .withInvolvedObject(new io.fabric8.kubernetes.api.model.ObjectReferenceBuilder()
                                .withName("told")
                                .build())
                        .list()
                        .getItems())
                .extracting(Event::getMessage)
                .containsExactly("it happened");
    }
}
