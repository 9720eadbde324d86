package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.quota.Usage;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.User;
import dev.jarbor.testing.Conformance;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Server and controllers together: what is created is charged to a quota, and what is deleted is given back. */
class QuotaLifeTest {
    private final SimulatedControlPlane cluster = new SimulatedControlPlane();

    private void quota(String name, String spec) {
        cluster.create("core/resourcequotas", "metadata: {name: " + name + "}\nspec: " + spec);
        cluster.settle();
    }

    private String used(String quota, String name) {
        ObjectValue status = cluster.get("core/resourcequotas/" + quota).object("status");
        return Usage.read(status.object("used")).of(name).toString();
    }

    private boolean isRefused(String path, String yaml) {
        try {
            cluster.create(path, yaml);
            return false;
        } catch (ApiException refused) {
            assertThat(refused.getMessage()).contains("exceeded quota: ");
            return true;
        }
    }

    /** The life of one object under a quota of {@code name}: counted at once, given back when it is gone. */
    private void life(String name, String path, String object) {
        String before = used("q", name);
        cluster.create(path, object);
        cluster.settle();
        assertThat(used("q", name)).isEqualTo(Integer.toString(Integer.parseInt(before) + 1));
        cluster.delete(path + "/test");
        assertThat(used("q", name)).isEqualTo(before);
    }

    @Test
    @Conformance("AM-79")
    void theStatusOfANewQuotaIsCalculatedPromptly() {
        quota("q", "{hard: {resourcequotas: 2, pods: 5}}");

        ObjectValue status = cluster.get("core/resourcequotas/q").object("status");
        assertThat(status)
                .isEqualTo(SimulatedControlPlane.yaml(
                        "{hard: {pods: '5', resourcequotas: '2'}, used: {pods: '0', resourcequotas: '1'}}"));
    }

    @Test
    @Conformance("AM-73")
    void theLifeOfAConfigMap() {
        quota("q", "{hard: {configmaps: 5}}");
        assertThat(used("q", "configmaps")).isEqualTo("1");
        life("configmaps", "core/configmaps", "metadata: {name: test}\ndata: {a: b}");
    }

    @Test
    @Conformance("AM-77")
    void theLifeOfASecret() {
        quota("q", "{hard: {secrets: 1}}");
        life("secrets", "core/secrets", "metadata: {name: test}\nstringData: {a: b}");
    }

    @Test
    @Conformance("AM-76")
    void theLifeOfAReplicationController() {
        quota("q", "{hard: {replicationcontrollers: 5}}");
        life(
                "replicationcontrollers",
                "core/replicationcontrollers",
                "metadata: {name: test}\nspec: {replicas: 0, selector: {a: b}, template: {metadata: {labels: {a: b}}, spec:"
                        + " {containers: [{name: c, image: nginx}]}}}");
    }

    @Test
    @Conformance("AM-75")
    void theLifeOfAReplicaSet() {
        quota("q", "{hard: {count/replicasets.apps: 5}}");
        life(
                "count/replicasets.apps",
                "apps/replicasets",
                "metadata: {name: test}\nspec: {replicas: 0, selector: {matchLabels: {a: b}}, template: {metadata:"
                        + " {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}}");
    }

    @Test
    @Conformance("AM-78")
    void theLifeOfAService() {
        quota("q", "{hard: {services: 10, services.nodeports: 1, services.loadbalancers: 1}}");
        String service = "metadata: {name: %s}\nspec: {type: %s, ports: [{port: 80}]}";
        cluster.create("core/services", service.formatted("inner", "ClusterIP"));
        cluster.create("core/services", service.formatted("node", "NodePort"));

        assertThat(isRefused("core/services", service.formatted("balanced", "LoadBalancer")))
                .isTrue();
        cluster.settle();
        assertThat(used("q", "services")).isEqualTo("2");
        assertThat(used("q", "services.nodeports")).isEqualTo("1");
        cluster.delete("core/services/inner");
        cluster.delete("core/services/node");
        assertThat(used("q", "services")).isEqualTo("0");
        assertThat(used("q", "services.nodeports")).isEqualTo("0");
        assertThat(used("q", "services.loadbalancers")).isEqualTo("0");
    }

    @Test
    @Conformance("AM-74")
    void theLifeOfAPod() {
        quota("q", "{hard: {pods: 5, cpu: 1, memory: 500Mi, ephemeral-storage: 50Gi, requests.example.com/dongle: 3}}");
        String pod = "metadata: {name: %s}\nspec: {containers: [{name: c, image: nginx, resources: %s}]}";
        cluster.create(
                "core/pods",
                pod.formatted(
                        "test",
                        "{requests: {cpu: 500m, memory: 252Mi, ephemeral-storage: 30Gi, example.com/dongle: 2}, limits:"
                                + " {example.com/dongle: 2}}"));
        cluster.settle();
        assertThat(used("q", "cpu")).isEqualTo("500m");
        assertThat(used("q", "memory")).isEqualTo("252Mi");
        assertThat(used("q", "requests.example.com/dongle")).isEqualTo("2");

        assertThat(isRefused("core/pods", pod.formatted("fail", "{requests: {cpu: 600m, memory: 100Mi}}")))
                .isTrue();
        assertThat(isRefused(
                        "core/pods",
                        pod.formatted(
                                "fail",
                                "{requests: {cpu: 500m, memory: 100Mi, ephemeral-storage: 30Gi, example.com/dongle: 2},"
                                        + " limits: {example.com/dongle: 2}}")))
                .isTrue();
        cluster.delete("core/pods/test");
        assertThat(used("q", "pods")).isEqualTo("0");
        assertThat(used("q", "cpu")).isEqualTo("0");
        assertThat(used("q", "requests.example.com/dongle")).isEqualTo("0");
    }

    @Test
    @Conformance("AM-82")
    void aQuotaOfTerminatingPodsCountsOnlyThose() {
        quota("terminating", "{hard: {pods: 5}, scopes: [Terminating]}");
        quota("lasting", "{hard: {pods: 5}, scopes: [NotTerminating]}");
        cluster.create("core/pods", "metadata: {name: long}\nspec: {containers: [{name: c, image: nginx}]}");
        cluster.create(
                "core/pods",
                "metadata: {name: short}\nspec: {activeDeadlineSeconds: 3600, containers: [{name: c, image: nginx}]}");
        cluster.settle();

        assertThat(used("terminating", "pods") + used("lasting", "pods")).isEqualTo("11");
        cluster.delete("core/pods/long");
        assertThat(used("terminating", "pods") + used("lasting", "pods")).isEqualTo("10");
        cluster.delete("core/pods/short");
        assertThat(used("terminating", "pods") + used("lasting", "pods")).isEqualTo("00");
    }

    @Test
    @Conformance("AM-81")
    void aQuotaOfBestEffortPodsCountsOnlyThose() {
        quota("best", "{hard: {pods: 5}, scopes: [BestEffort]}");
        quota("other", "{hard: {pods: 5}, scopes: [NotBestEffort]}");
        cluster.create("core/pods", "metadata: {name: best}\nspec: {containers: [{name: c, image: nginx}]}");
        cluster.create(
                "core/pods",
                "metadata: {name: burst}\nspec: {containers: [{name: c, image: nginx, resources: {requests: {cpu:"
                        + " 100m}}}]}");
        cluster.settle();

        assertThat(used("best", "pods") + used("other", "pods")).isEqualTo("11");
        cluster.delete("core/pods/best");
        assertThat(used("best", "pods") + used("other", "pods")).isEqualTo("01");
        cluster.delete("core/pods/burst");
        assertThat(used("best", "pods") + used("other", "pods")).isEqualTo("00");
    }

    @Test
    @Conformance("AM-71")
    void theStatusOfAQuotaIsWrittenPatchedAndPutRightAgain() {
        quota("q", "{hard: {cpu: 500m, memory: 500Mi}}");
        ObjectValue quota = cluster.get("core/resourcequotas/q");
        ObjectValue updated = cluster.update(
                "core/resourcequotas/q/status",
                quota.update(
                        "status",
                        status -> status.with("hard", SimulatedControlPlane.yaml("{cpu: '1', memory: 1Gi}"))));
        assertThat(updated.object("status").object("hard").string("cpu")).isEqualTo("1");

        var patch = new ApiRequest(
                Verb.PATCH,
                SimulatedControlPlane.path("core/resourcequotas/q/status"),
                Query.NONE,
                Json.parse("{\"status\":{\"hard\":{\"cpu\":\"750m\"}}}"),
                PatchType.MERGE);
        ObjectValue patched = cluster.server.handle(User.ADMIN, patch).body();
        assertThat(patched.object("status").object("hard").string("cpu")).isEqualTo("750m");
        assertThat(patched.object("spec").object("hard").string("cpu")).isEqualTo("500m");

        cluster.runtime.advance(Duration.ofMinutes(6));
        ObjectValue right = cluster.get("core/resourcequotas/q");
        assertThat(right.object("status").object("hard"))
                .isEqualTo(right.object("spec").object("hard"));
    }
}
