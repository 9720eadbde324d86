package dev.jarbor.server;

import static dev.jarbor.server.Writer.owners;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ObjectValue;
import org.junit.jupiter.api.Test;

/** What writes leave behind in {@code metadata.managedFields}: entry for entry what kube-apiserver leaves behind. */
class ManagedFieldsTest {
    private final TestServer server = new TestServer();
    private final Writer kubectl = new Writer(server, "kubectl-create");
    private final Writer controller = new Writer(server, "kube-controller-manager");

    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: web
              labels: {app: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec:
                  containers:
                  - name: nginx
                    image: nginx:1.27
                    ports:
                    - containerPort: 80
            """;

    @Test
    void aCreatedConfigMapBelongsToItsCreatorKeyByKey() {
        ObjectValue made = kubectl.create("v1/namespaces/default/configmaps", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
                data: {color: blue}
                """);

        assertThat(owners(made)).containsExactly("kubectl-create Update v1 - {f:data:{.:{},f:color:{}}}");
    }

    @Test
    void aCreatedDeploymentBelongsToItsCreatorWithTheDefaultsOfItsVersion() {
        ObjectValue made = kubectl.create("apps/v1/namespaces/default/deployments", DEPLOYMENT);

        assertThat(owners(made))
                .containsExactly("kubectl-create Update apps/v1 - {f:metadata:{f:labels:{.:{},f:app:{}}},f:spec:{"
                        + "f:progressDeadlineSeconds:{},f:replicas:{},f:revisionHistoryLimit:{},f:selector:{},"
                        + "f:strategy:{f:rollingUpdate:{.:{},f:maxSurge:{},f:maxUnavailable:{}},f:type:{}},"
                        + "f:template:{f:metadata:{f:labels:{.:{},f:app:{}}},f:spec:{f:containers:{k:{'name':'nginx'}:{"
                        + ".:{},f:image:{},f:imagePullPolicy:{},f:name:{},f:ports:{.:{},"
                        + "k:{'containerPort':80,'protocol':'TCP'}:{.:{},f:containerPort:{},f:protocol:{}}},"
                        + "f:resources:{},f:terminationMessagePath:{},f:terminationMessagePolicy:{}}},"
                        + "f:dnsPolicy:{},f:restartPolicy:{},f:schedulerName:{},f:securityContext:{},"
                        + "f:terminationGracePeriodSeconds:{}}}}}");
    }

    @Test
    void aZeroThatGoLeavesOutIsNeitherKeptNorOwnedUnlessItIsApplied() {
        kubectl.create("v1/namespaces/default/serviceaccounts", "{metadata: {name: default}}");
        ObjectValue made = kubectl.create("v1/namespaces/default/pods", """
                apiVersion: v1
                kind: Pod
                metadata: {name: web}
                spec:
                  hostPID: false
                  hostUsers: false
                  nodeSelector: {}
                  containers: [{name: c, image: i, stdin: false, args: [], env: [{name: A, value: ""}]}]
                """);

        ObjectValue spec = made.object("spec");
        assertThat(spec.has("hostPID")).isFalse();
        assertThat(spec.has("nodeSelector")).isFalse();
        assertThat(spec.has("hostUsers")).isTrue();
        assertThat(owners(made).getFirst())
                .contains("k:{'name':'A'}:{.:{},f:name:{}}", "f:hostUsers:{}")
                .doesNotContain("hostPID", "nodeSelector", "stdin", "args", "f:value");

        ObjectValue applied = controller.apply("v1/namespaces/default/pods/other", """
                apiVersion: v1
                kind: Pod
                metadata: {name: other}
                spec: {hostPID: false, containers: [{name: c, image: i}]}
                """);
        assertThat(applied.object("spec").has("hostPID")).isFalse();
        assertThat(owners(applied))
                .containsExactly("kube-controller-manager Apply v1 - {f:spec:{f:containers:{"
                        + "k:{'name':'c'}:{.:{},f:image:{},f:name:{}}},f:hostPID:{}}}");
    }

    @Test
    void aControllersStatusGetsAnEntryOfItsOwn() {
        ObjectValue made = kubectl.create("apps/v1/namespaces/default/deployments", DEPLOYMENT);

        ObjectValue written = controller.update(
                "apps/v1/namespaces/default/deployments/web/status", made.with("status", Writer.yaml("""
                                observedGeneration: 1
                                replicas: 2
                                conditions:
                                - type: Available
                                  status: "True"
                                  lastTransitionTime: 2026-01-01T00:00:00Z
                                  lastUpdateTime: 2026-01-01T00:00:00Z
                                """)));

        assertThat(owners(written))
                .hasSize(2)
                .contains("kube-controller-manager Update apps/v1 status {f:status:{f:conditions:{.:{},"
                        + "k:{'type':'Available'}:{.:{},f:lastTransitionTime:{},f:lastUpdateTime:{},f:status:{},"
                        + "f:type:{}}},f:observedGeneration:{},f:replicas:{}}}");
    }

    @Test
    void aCreatedServiceDoesNotGiveItsCreatorTheAddressesThatTheServerAllocates() {
        ObjectValue made = kubectl.create("v1/namespaces/default/services", """
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec:
                  selector: {app: web}
                  ports: [{port: 80}]
                """);

        assertThat(owners(made))
                .containsExactly("kubectl-create Update v1 - {f:spec:{f:internalTrafficPolicy:{},f:ports:{.:{},"
                        + "k:{'port':80,'protocol':'TCP'}:{.:{},f:port:{},f:protocol:{},f:targetPort:{}}},"
                        + "f:selector:{},f:sessionAffinity:{},f:type:{}}}");
    }

    @Test
    void aCreatedPodDoesNotGiveItsCreatorWhatAdmissionAdds() {
        server.create("v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
        ObjectValue made = kubectl.create("v1/namespaces/default/pods", """
                apiVersion: v1
                kind: Pod
                metadata: {name: web}
                spec:
                  containers:
                  - name: nginx
                    image: nginx
                    env: [{name: A, value: b}]
                status: {phase: Running}
                """);

        assertThat(owners(made))
                .containsExactly("kubectl-create Update v1 - {f:spec:{f:containers:{k:{'name':'nginx'}:{.:{},"
                        + "f:env:{.:{},k:{'name':'A'}:{.:{},f:name:{},f:value:{}}},f:image:{},f:imagePullPolicy:{},"
                        + "f:name:{},f:resources:{},f:terminationMessagePath:{},f:terminationMessagePolicy:{}}},"
                        + "f:dnsPolicy:{},f:enableServiceLinks:{},f:restartPolicy:{},f:schedulerName:{},"
                        + "f:securityContext:{},f:terminationGracePeriodSeconds:{}}}");
    }

    @Test
    void whoResizesAPodOwnsWhatItUsesAndNothingElse() {
        server.create("v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"default\"}}");
        ObjectValue made = kubectl.create("v1/namespaces/default/pods", """
                apiVersion: v1
                kind: Pod
                metadata: {name: web}
                spec:
                  containers:
                  - name: nginx
                    image: nginx
                    resources: {requests: {cpu: 100m}}
                """);

        ObjectValue resized = controller.update(
                "v1/namespaces/default/pods/web/resize",
                made.update(
                        "spec", spec -> spec.with("containers", Writer.yaml("""
                                containers:
                                - name: nginx
                                  image: nginx
                                  resources: {requests: {cpu: 200m}}
                                """).list("containers"))));

        assertThat(owners(resized))
                .contains("kube-controller-manager Update v1 resize {f:spec:{f:containers:{k:{'name':'nginx'}:{"
                        + "f:resources:{f:requests:{f:cpu:{}}}}}}}");
    }

    @Test
    void theFirstObjectsBelongToTheServer() {
        assertThat(owners(server.get("v1/namespaces/default/services/kubernetes")))
                .singleElement()
                .asString()
                .startsWith("kube-apiserver Update v1 - {f:metadata:{f:labels:{.:{},f:component:{},f:provider:{}}}");
    }
}
