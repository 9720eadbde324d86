package dev.jarbor.server;

import static dev.jarbor.server.AdmissionWorld.PODS;
import static dev.jarbor.server.AdmissionWorld.refusal;
import static dev.jarbor.server.AdmissionWorld.yaml;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Verb;
import dev.jarbor.server.admission.AdmissionSettings;
import dev.jarbor.server.admission.builtin.BuiltInAdmission;
import dev.jarbor.server.auth.User;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which plugins are on, and what the small ones do. */
class BuiltInAdmissionTest {
    private static final AdmissionSettings DEFAULT = AdmissionSettings.DEFAULT;

    private static AdmissionWorld enabling(String plugin) {
        return new AdmissionWorld(DEFAULT.enabling(plugin));
    }

    @Test
    void whatIsNoPluginIsAnErrorAtTheStart() {
        assertThatThrownBy(() -> new AdmissionWorld(DEFAULT.enabling("PodSecurityPolicy")))
                .hasMessage("enable-admission-plugins plugin \"PodSecurityPolicy\" is unknown");
        assertThatThrownBy(() -> new AdmissionWorld(DEFAULT.disabling("Nothing")))
                .hasMessage("disable-admission-plugins plugin \"Nothing\" is unknown");
        assertThatThrownBy(() -> new AdmissionWorld(DEFAULT.enabling("Priority").disabling("Priority")))
                .hasMessage("[Priority] in enable-admission-plugins and disable-admission-plugins overlapped");
        assertThatThrownBy(() -> new AdmissionWorld(DEFAULT.configuring(
                        "ValidatingAdmissionWebhook",
                        AdmissionWorld.yaml("{kind: WebhookAdmissionConfiguration, kubeConfigFile: /etc/hooks}"))))
                .hasMessage("admission plugin ValidatingAdmissionWebhook: kubeConfigFile is not supported: webhooks are"
                        + " called without credentials");
    }

    @Test
    void aPluginThatIsOffDoesNothing() {
        var world = new AdmissionWorld(DEFAULT.disabling("DefaultTolerationSeconds", "ServiceAccount"));

        ObjectValue spec = world.pod("web", "").object("spec");
        assertThat(spec.list("tolerations").isEmpty()).isTrue();
        assertThat(spec.has("serviceAccountName")).isFalse();
        assertThat(spec.has("priority")).isTrue();
    }

    @Test
    void pluginsStandInTheReferencesOrder() {
        assertThat(BuiltInAdmission.names())
                .containsSubsequence(
                        "AlwaysAdmit",
                        "NamespaceAutoProvision",
                        "NamespaceLifecycle",
                        "NamespaceExists",
                        "LimitPodHardAntiAffinityTopology",
                        "LimitRanger",
                        "ServiceAccount",
                        "NodeRestriction",
                        "TaintNodesByCondition",
                        "AlwaysPullImages",
                        "ImagePolicyWebhook",
                        "PodSecurity",
                        "PodNodeSelector",
                        "Priority",
                        "DefaultTolerationSeconds",
                        "PodTolerationRestriction",
                        "EventRateLimit",
                        "ExtendedResourceToleration",
                        "DefaultStorageClass",
                        "StorageObjectInUseProtection",
                        "PodGroupProtection",
                        "OwnerReferencesPermissionEnforcement",
                        "PersistentVolumeClaimResize",
                        "RuntimeClass",
                        "CertificateApproval",
                        "CertificateSigning",
                        "ClusterTrustBundleAttest",
                        "CertificateSubjectRestriction",
                        "DefaultIngressClass",
                        "DenyServiceExternalIPs",
                        "PodTopologyLabels",
                        "PodGroupWorkloadExists",
                        "NodeDeclaredFeatureValidator",
                        "JobValidation",
                        "PodResizeValidator",
                        "MutatingAdmissionPolicy",
                        "MutatingAdmissionWebhook",
                        "ValidatingAdmissionPolicy",
                        "ValidatingAdmissionWebhook",
                        "ResourceQuota",
                        "AlwaysDeny")
                .hasSize(41);
    }

    @Test
    void podsStayOnALostNodeAsLongAsTheOwnerSays() {
        var world = new AdmissionWorld(DEFAULT.tolerating(new AdmissionSettings.Tolerated(60, 90)));

        assertThat(world.pod("web", "").object("spec").list("tolerations").objects())
                .extracting(toleration -> toleration.string("key") + " " + toleration.integer("tolerationSeconds"))
                .containsExactly("node.kubernetes.io/not-ready 60", "node.kubernetes.io/unreachable 90");
    }

    @Test
    void noContainerIsPrivilegedWhereTheOwnerForbidsIt() {
        var world = new AdmissionWorld(DEFAULT.allowingPrivileged(false));
        String privileged = "{containers: [{name: c, image: nginx, securityContext: {privileged: true}}]}";

        assertThat(refusal(() -> world.create(PODS, "metadata: {name: web}\nspec: " + privileged)))
                .isEqualTo("Pod \"web\" is invalid: spec.containers[0].securityContext.privileged: Forbidden:"
                        + " disallowed by cluster policy");
        assertThat(refusal(() -> world.create(
                        "apps/v1/namespaces/shop/deployments",
                        "metadata: {name: web}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels:"
                                + " {a: b}}, spec: " + privileged + "}}")))
                .contains("spec.template.spec.containers[0].securityContext.privileged: Forbidden");
        assertThat(refusal(() -> world.pod("plain", ""))).isEmpty();
        assertThat(refusal(() -> new AdmissionWorld().create(PODS, "metadata: {name: web}\nspec: " + privileged)))
                .isEmpty();
    }

    @Test
    void aConfigurationFileTellsEachPluginItsPart() {
        ObjectValue file = yaml("""
                apiVersion: apiserver.config.k8s.io/v1
                kind: AdmissionConfiguration
                plugins:
                - {name: PodSecurity, configuration: {defaults: {enforce: baseline}}}
                - {name: EventRateLimit, path: a}
                """);
        AdmissionSettings settings = DEFAULT.configured(file, path -> yaml("limits: [" + path + "]"));

        assertThat(settings.of("PodSecurity")).isEqualTo(yaml("defaults: {enforce: baseline}"));
        assertThat(settings.of("EventRateLimit")).isEqualTo(yaml("limits: [a]"));
        assertThat(settings.of("Priority")).isEqualTo(ObjectValue.EMPTY);
        assertThatThrownBy(() -> DEFAULT.configured(yaml("kind: Other"), path -> ObjectValue.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void alwaysDenyDenies() {
        var cluster = new TestServer(DEFAULT.enabling("AlwaysDeny"));

        assertThat(refusal(() -> cluster.create("v1/namespaces", "{\"metadata\":{\"name\":\"shop\"}}")))
                .isEqualTo("namespaces \"shop\" is forbidden: admission control is denying all modifications");
    }

    @Test
    void aNamespaceIsMadeForItsFirstObject() {
        AdmissionWorld world = enabling("NamespaceAutoProvision");
        world.create("v1/namespaces/fresh/configmaps", "metadata: {name: a}");

        assertThat(world.get("v1/namespaces/fresh").object("status").string("phase"))
                .isEqualTo("Active");
        assertThat(refusal(() -> new AdmissionWorld().create("v1/namespaces/fresh/configmaps", "metadata: {name: a}")))
                .isEqualTo("namespaces \"fresh\" not found");
    }

    @Test
    void everyImageIsPulledAnew() {
        ObjectValue pod = enabling("AlwaysPullImages")
                .create(
                        PODS,
                        "metadata: {name: web}\nspec: {containers: [{name: c, image: nginx, imagePullPolicy: Never}]}");

        assertThat(pod.object("spec").list("containers").objects().getFirst().string("imagePullPolicy"))
                .isEqualTo("Always");
    }

    @Test
    void antiAffinityKeepsOthersOffANodeAndNothingLarger() {
        AdmissionWorld world = enabling("LimitPodHardAntiAffinityTopology");
        String affinity = "affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey:"
                + " %s, labelSelector: {}}]}}";

        assertThat(refusal(() -> world.pod("web", affinity.formatted("zone"))))
                .isEqualTo(
                        "pods \"web\" is forbidden: affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey"
                                + " zone but only key kubernetes.io/hostname is allowed");
        assertThat(refusal(() -> world.pod("web", affinity.formatted("kubernetes.io/hostname"))))
                .isEmpty();
    }

    @Test
    void whoAsksForAnExtendedResourceToleratesItsTaint() {
        ObjectValue pod = enabling("ExtendedResourceToleration")
                .create(
                        PODS,
                        "metadata: {name: web}\nspec: {containers: [{name: c, image: nginx, resources: {limits:"
                                + " {example.com/gpu: 1}, requests: {example.com/gpu: 1}}}]}");

        assertThat(pod.object("spec").list("tolerations").objects())
                .contains(yaml("{key: example.com/gpu, operator: Exists, effect: NoSchedule}"));
    }

    @Test
    void aNamespaceChoosesTheNodesOfItsPods() {
        var world = new AdmissionWorld(DEFAULT.enabling("PodNodeSelector")
                .configuring(
                        "PodNodeSelector",
                        yaml("podNodeSelectorPluginConfig: {clusterDefaultNodeSelector: 'pool=general'}")));

        assertThat(world.pod("web", "").object("spec").object("nodeSelector").string("pool"))
                .isEqualTo("general");
        assertThat(refusal(() -> world.pod("other", "nodeSelector: {pool: gpu}")))
                .isEqualTo(
                        "pods \"other\" is forbidden: pod node label selector conflicts with its namespace node label"
                                + " selector");
    }

    @Test
    void aNamespaceGivesAndAllowsTolerations() {
        AdmissionWorld world = enabling("PodTolerationRestriction");
        ObjectValue namespace = world.get("v1/namespaces/shop");
        world.update(
                "v1/namespaces/shop",
                namespace.update(
                        "metadata",
                        metadata -> metadata.with(
                                "annotations",
                                ObjectValue.EMPTY
                                        .with(
                                                "scheduler.alpha.kubernetes.io/defaultTolerations",
                                                "[{\"key\":\"a\",\"operator\":\"Exists\"}]")
                                        .with(
                                                "scheduler.alpha.kubernetes.io/tolerationsWhitelist",
                                                "[{\"key\":\"a\",\"operator\":\"Exists\"},"
                                                        + "{\"operator\":\"Exists\",\"effect\":\"NoExecute\"}]"))));

        assertThat(world.pod("web", "").object("spec").list("tolerations").objects())
                .contains(yaml("{key: a, operator: Exists}"));
        assertThat(refusal(() -> world.pod("other", "tolerations: [{key: b, operator: Exists}]")))
                .isEqualTo("pod tolerations (possibly merged with namespace default tolerations) conflict with its"
                        + " namespace whitelist");
    }

    @Test
    void eventsAreBoundedByTheirRate() {
        var world = new AdmissionWorld(DEFAULT.enabling("EventRateLimit")
                .configuring("EventRateLimit", yaml("limits: [{type: Namespace, qps: 1, burst: 2}]")));
        String event = "metadata: {name: %s}\ninvolvedObject: {namespace: shop, name: web, kind: Pod}";
        world.create("v1/namespaces/shop/events", event.formatted("a"));
        world.create("v1/namespaces/shop/events", event.formatted("b"));

        assertThat(refusal(() -> world.create("v1/namespaces/shop/events", event.formatted("c"))))
                .isEqualTo("limit reached on type Namespace for key shop");
        assertThat(AdmissionWorld.code(() -> world.create("v1/namespaces/shop/events", event.formatted("c"))))
                .isEqualTo(429);
        world.cluster.runtime.advance(Duration.ofSeconds(1));
        assertThat(refusal(() -> world.create("v1/namespaces/shop/events", event.formatted("c"))))
                .isEmpty();
    }

    @Test
    void noServiceGetsAnExternalAddressThatItDidNotHave() {
        AdmissionWorld world = enabling("DenyServiceExternalIPs");

        assertThat(refusal(() -> world.create(
                        "v1/namespaces/shop/services",
                        "metadata: {name: web}\nspec: {externalIPs: [1.2.3.4], ports: [{port: 80}]}")))
                .isEqualTo("services \"web\" is forbidden: Use of external IPs is denied by admission control.");
    }

    @Test
    void whoMayNotDeleteAnObjectSaysNotWhatOwnsIt() {
        AdmissionWorld world = enabling("OwnerReferencesPermissionEnforcement");
        User bob = User.of("bob", User.AUTHENTICATED);
        world.create(
                "rbac.authorization.k8s.io/v1/namespaces/shop/roles",
                "metadata: {name: maker}\nrules: [{apiGroups: [''], resources: [configmaps], verbs: [create, update]}]");
        world.create(
                "rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings",
                "metadata: {name: maker}\nroleRef: {kind: Role, name: maker, apiGroup: rbac.authorization.k8s.io}\n"
                        + "subjects: [{kind: User, name: bob}]");
        ObjectValue owned =
                yaml("metadata: {name: a, ownerReferences: [{apiVersion: v1, kind: Pod, name: web, uid: u}]}");

        assertThat(refusal(() -> world.as(bob, Verb.CREATE, "v1/namespaces/shop/configmaps", owned)))
                .isEqualTo("configmaps \"a\" is forbidden: cannot set an ownerRef on a resource you can't delete: ,"
                        + " <nil>");
        world.as(bob, Verb.CREATE, "v1/namespaces/shop/configmaps", yaml("metadata: {name: b}"));
    }
}
