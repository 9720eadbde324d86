package dev.jarbor.server;

import static dev.jarbor.server.AdmissionWorld.PODS;
import static dev.jarbor.server.AdmissionWorld.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.quota.QuotaStatus;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.admission.AdmissionSettings;
import dev.jarbor.testing.Conformance;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What quotas are charged, and when they refuse. */
class ResourceQuotaTest {
    private static final String QUOTAS = "v1/namespaces/shop/resourcequotas";

    private AdmissionWorld world = new AdmissionWorld();

    /** A quota whose status has been counted, as the controller does. */
    private void quota(String name, String spec) {
        world.create(QUOTAS, "metadata: {name: " + name + "}\nspec: " + spec);
        count(name);
    }

    private void count(String name) {
        ObjectValue quota = world.get(QUOTAS + "/" + name);
        ObjectValue status = QuotaStatus.of(quota, this::objects, world.cluster.runtime.now());
        world.update(QUOTAS + "/" + name + "/status", quota.with("status", status));
    }

    private Optional<List<ObjectValue>> objects(String resource) {
        return Optional.of(
                List.copyOf(world.cluster.store.snapshot().in(resource, "shop").values()));
    }

    private String used(String quota) {
        ObjectValue used = world.get(QUOTAS + "/" + quota).object("status").object("used");
        return used.toString();
    }

    private String pod(String name, String spec) {
        return refusal(() -> world.pod(name, spec));
    }

    @Test
    void aPodIsChargedInItsOwnTransactionAndRefusedWhenTheQuotaIsUsedUp() {
        quota("q", "{hard: {pods: 1}}");

        assertThat(pod("one", "")).isEmpty();
        assertThat(used("q")).isEqualTo("{pods=1}");
        assertThat(world.get(QUOTAS + "/q").object("metadata").string("resourceVersion"))
                .isEqualTo(world.get(PODS + "/one").object("metadata").string("resourceVersion"));
        assertThat(pod("two", ""))
                .isEqualTo("pods \"two\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited:"
                        + " pods=1");
        assertThat(used("q")).isEqualTo("{pods=1}");
    }

    @Test
    void whatAQuotaOfCpuAndMemoryBoundsMustBeSaid() {
        quota("q", "{hard: {limits.cpu: 1, requests.memory: 1Gi}}");

        assertThat(pod("web", ""))
                .isEqualTo(
                        "pods \"web\" is forbidden: failed quota: q: must specify limits.cpu for: c1; requests.memory"
                                + " for: c1");
        assertThat(refusal(() -> world.create(PODS, """
                        metadata: {name: web}
                        spec:
                          containers:
                          - {name: c1, image: nginx, resources: {limits: {cpu: 2, memory: 2Gi}}}
                        """)))
                .isEqualTo("pods \"web\" is forbidden: exceeded quota: q, requested: limits.cpu=2,requests.memory=2Gi,"
                        + " used: limits.cpu=0,requests.memory=0, limited: limits.cpu=1,requests.memory=1Gi");
    }

    @Test
    void aQuotaThatNobodyHasCountedYetBoundsNothingAndOneCountedInPartRefuses() {
        world.create(QUOTAS, "metadata: {name: q}\nspec: {hard: {pods: 0}}");
        assertThat(pod("early", "")).isEmpty();

        ObjectValue quota = world.get(QUOTAS + "/q");
        world.update(QUOTAS + "/q/status", quota.with("status", AdmissionWorld.yaml("{hard: {pods: 5}, used: {}}")));
        assertThat(pod("unknown", ""))
                .isEqualTo("pods \"unknown\" is forbidden: status unknown for quota: q, resources: pods");
    }

    @Test
    void objectsAreCountedByTheirResourceAndTheOldestKindsByTheirNameToo() {
        quota("q", "{hard: {count/deployments.apps: 1, count/configmaps: 1, secrets: 1, count/pods: 2}}");
        world.create("v1/namespaces/shop/configmaps", "metadata: {name: one}");
        world.create("v1/namespaces/shop/secrets", "metadata: {name: one}");
        String deployment = """
                metadata: {name: %s}
                spec:
                  selector: {matchLabels: {a: b}}
                  template:
                    metadata: {labels: {a: b}}
                    spec: {containers: [{name: c, image: nginx}]}
                """;
        world.create("apps/v1/namespaces/shop/deployments", deployment.formatted("one"));

        assertThat(used("q")).isEqualTo("{count/configmaps=1, count/deployments.apps=1, count/pods=0, secrets=1}");
        assertThat(refusal(() -> world.create("apps/v1/namespaces/shop/deployments", deployment.formatted("two"))))
                .isEqualTo(
                        "deployments.apps \"two\" is forbidden: exceeded quota: q, requested:"
                                + " count/deployments.apps=1, used: count/deployments.apps=1, limited: count/deployments.apps=1");
        assertThat(refusal(() -> world.create("v1/namespaces/shop/secrets", "metadata: {name: two}")))
                .contains("exceeded quota: q, requested: secrets=1, used: secrets=1, limited: secrets=1");
    }

    @Test
    void aServiceIsChargedForTheNodePortsAndBalancersThatItMeansToHave() {
        quota("q", "{hard: {services: 5, services.nodeports: 2, services.loadbalancers: 1}}");
        String service = "metadata: {name: %s}\nspec: {type: %s, selector: {a: b}, ports: [{port: 80}]}";
        world.create("v1/namespaces/shop/services", service.formatted("inner", "ClusterIP"));
        world.create("v1/namespaces/shop/services", service.formatted("outer", "LoadBalancer"));

        assertThat(used("q")).isEqualTo("{services=2, services.loadbalancers=1, services.nodeports=1}");
        ObjectValue inner = world.get("v1/namespaces/shop/services/inner");
        world.update("v1/namespaces/shop/services/inner", inner.update("spec", spec -> spec.with("type", "NodePort")));
        assertThat(used("q")).isEqualTo("{services=2, services.loadbalancers=1, services.nodeports=2}");
        assertThat(refusal(
                        () -> world.create("v1/namespaces/shop/services", service.formatted("more", "LoadBalancer"))))
                .contains("requested: services.loadbalancers=1,services.nodeports=1, used:"
                        + " services.loadbalancers=1,services.nodeports=2");
    }

    @Test
    void claimsAreChargedByStorageClass() {
        quota(
                "q",
                "{hard: {requests.storage: 10Gi, gold.storageclass.storage.k8s.io/requests.storage: 2Gi,"
                        + " gold.storageclass.storage.k8s.io/persistentvolumeclaims: 5}}");
        String claim = "metadata: {name: %s}\nspec: {storageClassName: %s, accessModes: [ReadWriteOnce], resources:"
                + " {requests: {storage: 2Gi}}}";
        world.create("v1/namespaces/shop/persistentvolumeclaims", claim.formatted("a", "gold"));

        assertThat(refusal(
                        () -> world.create("v1/namespaces/shop/persistentvolumeclaims", claim.formatted("b", "gold"))))
                .contains("exceeded quota: q, requested: gold.storageclass.storage.k8s.io/requests.storage=2Gi, used:"
                        + " gold.storageclass.storage.k8s.io/requests.storage=2Gi");
        world.create("v1/namespaces/shop/persistentvolumeclaims", claim.formatted("b", "iron"));
        assertThat(used("q")).contains("requests.storage=4Gi");
    }

    @Test
    void extendedResourcesAreChargedByTheirRequests() {
        quota("q", "{hard: {requests.example.com/gpu: 2}}");
        String gpus = "metadata: {name: %s}\nspec: {containers: [{name: c1, image: nginx, resources: {limits:"
                + " {example.com/gpu: 2}, requests: {example.com/gpu: 2}}}]}";
        world.create(PODS, gpus.formatted("one"));

        assertThat(refusal(() -> world.create(PODS, gpus.formatted("two"))))
                .contains("exceeded quota: q, requested: requests.example.com/gpu=2, used: requests.example.com/gpu=2");
    }

    @Test
    void scopesSayWhichPodsAQuotaCovers() {
        quota("best", "{hard: {pods: 1}, scopes: [BestEffort]}");
        quota("other", "{hard: {pods: 1}, scopes: [NotBestEffort]}");
        quota("ending", "{hard: {pods: 1}, scopes: [Terminating]}");
        quota("lasting", "{hard: {pods: 5}, scopes: [NotTerminating]}");

        assertThat(pod("plain", "")).isEmpty();
        assertThat(used("best") + used("other") + used("ending") + used("lasting"))
                .isEqualTo("{pods=1}{pods=0}{pods=0}{pods=1}");
        world.create(
                PODS,
                "metadata: {name: job}\nspec: {activeDeadlineSeconds: 60, containers: [{name: c1, image: nginx,"
                        + " resources: {requests: {cpu: 1m}}}]}");
        assertThat(used("best") + used("other") + used("ending") + used("lasting"))
                .isEqualTo("{pods=1}{pods=1}{pods=1}{pods=1}");
    }

    @Test
    void aScopeSelectorChoosesPriorityClassesAndAffinityAcrossNamespaces() {
        world.create("scheduling.k8s.io/v1/priorityclasses", "metadata: {name: high}\nvalue: 1000");
        quota(
                "high",
                "{hard: {pods: 0}, scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values:"
                        + " [high]}]}}");
        quota(
                "across",
                "{hard: {pods: 0}, scopeSelector: {matchExpressions: [{scopeName: CrossNamespacePodAffinity, operator:"
                        + " Exists}]}}");

        assertThat(pod("plain", "")).isEmpty();
        assertThat(pod("urgent", "priorityClassName: high")).contains("exceeded quota: high");
        assertThat(pod(
                        "social",
                        "affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone,"
                                + " namespaceSelector: {}}]}}"))
                .contains("exceeded quota: across");
    }

    @Test
    void whatIsLimitedByConfigurationNeedsAQuotaThatCoversIt() {
        world = new AdmissionWorld(AdmissionSettings.DEFAULT.configuring("ResourceQuota", AdmissionWorld.yaml("""
                        limitedResources:
                        - {resource: pods, matchContains: [requests.example.com/gpu]}
                        """)));

        assertThat(pod("plain", "")).isEmpty();
        assertThat(refusal(() -> world.create(
                        PODS,
                        "metadata: {name: gpu}\nspec: {containers: [{name: c1, image: nginx, resources: {limits:"
                                + " {example.com/gpu: 1}, requests: {example.com/gpu: 1}}}]}")))
                .isEqualTo("pods \"gpu\" is forbidden: insufficient quota to consume: requests.example.com/gpu");
    }

    @Test
    void aDryRunIsRefusedLikeTheRealOneAndChargesNothing() {
        quota("q", "{hard: {pods: 1}}");
        Query dryRun = Query.NONE.with("dryRun", "All");
        ObjectValue one = AdmissionWorld.yaml(AdmissionWorld.podText("one", "", ""));

        world.cluster.handle(Verb.CREATE, PODS, dryRun, one);
        assertThat(used("q")).isEqualTo("{pods=0}");
        world.pod("real", "");
        assertThat(refusal(() -> world.cluster.handle(Verb.CREATE, PODS, dryRun, one)))
                .contains("exceeded quota");
    }

    @Test
    @Conformance({"AM-72", "AM-80"})
    void aQuotaIsCreatedListedPatchedUpdatedAndDeletedByCollection() {
        ObjectValue quota = world.create(
                QUOTAS,
                "metadata: {name: e2e, labels: {e2e: yes-please}}\nspec: {hard: {cpu: 1, memory: 500Mi, services: 10}}");
        assertThat(quota.object("spec").object("hard").string("memory")).isEqualTo("500Mi");

        world.update(QUOTAS + "/e2e", quota.with("spec", AdmissionWorld.yaml("hard: {cpu: 2, memory: 1Gi}")));
        assertThat(world.get(QUOTAS + "/e2e").object("spec").object("hard").string("cpu"))
                .isEqualTo("2");
        ObjectValue patched = world.cluster.patch(
                PatchType.MERGE,
                QUOTAS + "/e2e",
                "{\"metadata\":{\"labels\":{\"patched\":\"yes\"}},\"spec\":{\"hard\":{\"memory\":\"750Mi\"}}}");
        assertThat(patched.object("spec").object("hard").string("memory")).isEqualTo("750Mi");
        Query labelled = Query.NONE.with("labelSelector", "e2e=yes-please");
        assertThat(world.cluster
                        .list("v1/resourcequotas", labelled)
                        .list("items")
                        .size())
                .isEqualTo(1);

        world.cluster.handle(Verb.DELETECOLLECTION, QUOTAS, labelled, ObjectValue.EMPTY);
        assertThat(world.cluster.list(QUOTAS, Query.NONE).list("items")).isEqualTo(ListValue.EMPTY);
    }
}
