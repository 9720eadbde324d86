package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.testing.NeedsKubectl;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Deployments, pods and nodes through kubectl, each test in a namespace of its own. */
@NeedsKubectl
class KubectlWorkloadsTest {
    @TempDir
    static Path home;

    @AutoClose
    private static TestCluster cluster;

    private String namespace = "";

    @BeforeAll
    static void start() {
        cluster = TestCluster.simulated(home, 2);
    }

    @BeforeEach
    void makeNamespace(TestInfo test) {
        namespace = test.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT);
        cluster.kubectl().run("create", "namespace", namespace).ok();
    }

    private Kubectl.Outcome kubectl(String... arguments) {
        return cluster.kubectl().in(namespace).run(arguments);
    }

    private void deploy(int replicas) {
        kubectl("create", "deployment", "web", "--image=web:1", "--port=80", "--replicas=" + replicas)
                .ok();
        rolledOut();
    }

    private void rolledOut() {
        assertThat(kubectl("rollout", "status", "deployment/web", "--timeout=60s")
                        .ok())
                .contains("successfully rolled out");
    }

    private String image() {
        return kubectl("get", "deployment", "web", "-o", "jsonpath={.spec.template.spec.containers[0].image}")
                .ok();
    }

    @Test
    void aDeploymentRunsItsPodsAndTellsAboutIt() {
        deploy(2);

        assertThat(kubectl("get", "deployment", "web").ok()).containsPattern("web +2/2 +2 +2 ");
        assertThat(kubectl("get", "pods", "-o", "wide").ok())
                .containsPattern("web-[0-9a-z]+-[0-9a-z]{5} +1/1 +Running +0 +\\S+ +10\\.\\S+ +node-[01]");
        assertThat(kubectl("describe", "deployment", "web").ok())
                .contains("2 desired | 2 updated | 2 total | 2 available | 0 unavailable")
                .contains("Scaled up replica set web-");
        assertThat(kubectl("describe", "pods", "-l", "app=web").ok())
                .contains("Controlled By:  ReplicaSet/web-", "Successfully assigned", "Started container web");
    }

    @Test
    void anImageIsRolledOutAndBackAgain() {
        deploy(2);

        kubectl("set", "image", "deployment/web", "web=web:2").ok();
        rolledOut();
        assertThat(kubectl("rollout", "history", "deployment/web").ok()).contains("1 ", "2 ");
        assertThat(kubectl("rollout", "history", "deployment/web", "--revision=2")
                        .ok())
                .contains("web:2");
        kubectl("rollout", "undo", "deployment/web").ok();
        rolledOut();
        assertThat(image()).isEqualTo("web:1");
        Eventually.until(
                "only pods of the first image are left",
                () -> kubectl("get", "pods", "-o", "jsonpath={.items[*].spec.containers[*].image}")
                        .ok()
                        .equals("web:1 web:1"));
        assertThat(kubectl("rollout", "undo", "deployment/web", "--to-revision=9")
                        .refused())
                .contains("unable to find specified revision 9");
    }

    @Test
    void aPausedRolloutWaits() {
        deploy(1);

        kubectl("rollout", "pause", "deployment/web").ok();
        kubectl("set", "image", "deployment/web", "web=web:2").ok();
        kubectl("wait", "deployment/web", "--for=jsonpath={.status.observedGeneration}=3", "--timeout=30s")
                .ok();
        assertThat(kubectl("get", "replicasets", "-o", "name").ok().lines()).hasSize(1);
        kubectl("rollout", "resume", "deployment/web").ok();
        rolledOut();
        assertThat(kubectl("get", "replicasets", "-o", "name").ok().lines()).hasSize(2);
    }

    @Test
    void aRestartReplacesEveryPod() {
        deploy(1);
        String before = kubectl("get", "pods", "-o", "name").ok();

        kubectl("rollout", "restart", "deployment/web").ok();
        rolledOut();
        Eventually.until(
                "the old pod is gone",
                () -> kubectl("get", "pods", "-o", "name").ok().lines().count() == 1);
        assertThat(kubectl("get", "pods", "-o", "name").ok()).isNotEqualTo(before);
    }

    @Test
    void aDeploymentIsScaledUpAndToNothing() {
        deploy(1);

        assertThat(kubectl("scale", "deployment/web", "--replicas=3").ok()).contains("scaled");
        rolledOut();
        assertThat(kubectl("scale", "deployment/web", "--current-replicas=7", "--replicas=1")
                        .refused())
                .containsIgnoringCase("expected replicas to be 7, was 3");
        kubectl("scale", "deployment/web", "--replicas=0").ok();
        kubectl("wait", "pods", "--all", "--for=delete", "--timeout=60s").ok();
        assertThat(kubectl("get", "deployment", "web").ok()).containsPattern("web +0/0 +0 +0 ");
    }

    @Test
    void aDeletedPodIsReplaced() {
        deploy(1);
        String first = kubectl("get", "pods", "-o", "name").ok().strip();

        kubectl("delete", first).ok();
        rolledOut();
        assertThat(kubectl("get", "pods", "-o", "name").ok().strip()).isNotEqualTo(first);
    }

    @Test
    void anExposedDeploymentHasEndpoints() {
        deploy(2);

        kubectl("expose", "deployment/web").ok();
        Eventually.until(
                "both pods are behind the Service",
                () -> kubectl("describe", "service", "web")
                        .ok()
                        .lines()
                        .anyMatch(line -> line.matches("Endpoints: +10\\.\\S+:80,10\\.\\S+:80.*")));
        assertThat(kubectl("get", "endpointslices", "-l", "kubernetes.io/service-name=web")
                        .ok())
                .contains("IPv4");
        assertThat(kubectl("get", "service", "web").ok())
                .containsPattern("web +ClusterIP +10\\.43\\.\\S+ +<none> +80/TCP");
    }

    @Test
    void anAutoscalerIsMadeForIt() {
        deploy(1);

        kubectl("autoscale", "deployment", "web", "--min=1", "--max=3", "--cpu-percent=80")
                .ok();
        assertThat(kubectl("get", "hpa", "web").ok()).contains("Deployment/web", "1 ", "3 ");
    }

    @Test
    void deletingADeploymentDeletesWhatItMade() {
        deploy(2);

        kubectl("delete", "deployment", "web", "--cascade=foreground", "--timeout=60s")
                .ok();
        assertThat(kubectl("get", "replicasets,pods", "-o", "name").ok()).isEmpty();
    }

    @Test
    void anOrphanedReplicaSetStays() {
        deploy(1);

        kubectl("delete", "deployment", "web", "--cascade=orphan", "--timeout=60s")
                .ok();
        assertThat(kubectl("get", "replicasets", "-o", "jsonpath={.items[*].metadata.ownerReferences}")
                        .ok())
                .isEmpty();
        assertThat(kubectl("get", "replicasets", "-o", "name").ok().lines()).hasSize(1);
    }

    @Test
    void aSinglePodIsRunAndDeleted() {
        kubectl("run", "one", "--image=busybox", "--restart=Never", "--labels=kind=single")
                .ok();
        kubectl("wait", "pod/one", "--for=condition=Ready", "--timeout=60s").ok();

        assertThat(kubectl("get", "pods", "-l", "kind=single", "-o", "name").ok())
                .isEqualTo("pod/one\n");
        assertThat(kubectl("events", "--for=pod/one").ok()).contains("Scheduled", "Started");
        assertThat(kubectl("logs", "one").refused()).contains("simulated node");
        assertThat(kubectl("exec", "one", "--", "ls").refused()).contains("simulated node");
        kubectl("delete", "pod", "one", "--timeout=60s").ok();
        assertThat(kubectl("get", "pod", "one").refused())
                .contains("Error from server (NotFound): pods \"one\" not found");
    }

    @Test
    void aPodThatFitsNowherePendsAndSaysWhy() {
        kubectl("run", "big", "--image=busybox", "--overrides={\"spec\":{\"nodeSelector\":{\"disk\":\"none-such\"}}}")
                .ok();

        kubectl("wait", "pod/big", "--for=condition=PodScheduled=False", "--timeout=30s")
                .ok();
        assertThat(kubectl("describe", "pod", "big").ok())
                .contains("FailedScheduling", "0/2 nodes are available", "didn't match Pod's node affinity/selector");
        kubectl("label", "node", "node-1", "disk=none-such").ok();
        kubectl("wait", "pod/big", "--for=condition=Ready", "--timeout=60s").ok();
        kubectl("label", "node", "node-1", "disk-").ok();
    }

    @Test
    void aNodeIsDrainedAndTakenBack() {
        kubectl("create", "deployment", "movable", "--image=web:1", "--replicas=4")
                .ok();
        kubectl("rollout", "status", "deployment/movable", "--timeout=60s").ok();

        kubectl("cordon", "node-0").ok();
        assertThat(kubectl("get", "node", "node-0").ok()).contains("Ready,SchedulingDisabled");
        kubectl("drain", "node-0", "--ignore-daemonsets", "--force", "--delete-emptydir-data", "--timeout=60s")
                .ok();
        kubectl("rollout", "status", "deployment/movable", "--timeout=60s").ok();
        assertThat(kubectl("get", "pods", "-o", "jsonpath={.items[*].spec.nodeName}")
                        .ok())
                .doesNotContain("node-0");
        kubectl("uncordon", "node-0").ok();
        kubectl("taint", "node", "node-0", "only=me:NoSchedule").ok();
        assertThat(kubectl("describe", "node", "node-0").ok()).contains("only=me:NoSchedule");
        kubectl("taint", "node", "node-0", "only-").ok();
    }

    @Test
    void aDisruptionBudgetIsListedWithWhatItProtects() {
        deploy(1);
        kubectl("create", "poddisruptionbudget", "web", "--selector=app=web", "--min-available=1")
                .ok();

        assertThat(kubectl("get", "pdb", "web").ok()).contains("1 ");
    }
}
