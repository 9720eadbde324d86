package dev.jarbor.cluster;

import static dev.jarbor.cluster.SimulatedCluster.template;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people who run workloads count on, on two simulated nodes: labels that move, rollouts, canaries, placement. */
class WorkloadBehavioursTest {
    private static final String DEPLOYMENTS = "apps/v1/deployments";
    private static final String SETS = "apps/v1/replicasets";
    private static final String REVISION = "deployment.kubernetes.io/revision";
    private static final String CHANGE = "kubernetes.io/change-cause";

    private final SimulatedCluster cluster = new SimulatedCluster(2);

    private void deploy(String name, int replicas, String template, String more) {
        cluster.create(DEPLOYMENTS, """
                metadata: {name: %s}
                spec: {replicas: %d, selector: {matchLabels: {run: %s}}, template: %s%s}
                """.formatted(name, replicas, name, template, more));
        cluster.pass(60);
    }

    private static String run(String name, String image) {
        return template("shop, run: " + name, image);
    }

    private void image(String deployment, String image) {
        cluster.patch(DEPLOYMENTS + "/" + deployment, """
                spec: {template: {spec: {containers: [{name: main, image: '%s:1'}]}}}
                """.formatted(image));
        cluster.pass(60);
    }

    private static String annotation(ObjectValue object, String name) {
        return object.object("metadata").object("annotations").string(name);
    }

    private List<String> revisions() {
        return cluster.list(SETS).stream()
                .map(set -> annotation(set, REVISION))
                .sorted()
                .toList();
    }

    private static boolean isOwned(ObjectValue object) {
        return !object.object("metadata").list("ownerReferences").isEmpty();
    }

    @Test
    void aPodThatCrashesAgainAndAgainStaysWhereItIsAndIsNotReplaced() {
        cluster.create(SETS, """
                metadata: {name: web}
                spec: {replicas: 3, selector: {matchLabels: {app: web}}, template: %s}
                """.formatted(template("web", "broken")));
        cluster.pass(30);
        List<String> first = cluster.names("v1/pods");
        cluster.pass(600);

        assertThat(cluster.names("v1/pods")).hasSize(3).isEqualTo(first);
        assertThat(cluster.list("v1/pods"))
                .allSatisfy(pod -> assertThat(pod.object("status")
                                .list("containerStatuses")
                                .objects()
                                .getFirst()
                                .integer("restartCount"))
                        .isPositive());
        assertThat(cluster.get(SETS + "/web").object("status").integer("replicas"))
                .isEqualTo(3);
        assertThat(cluster.get(SETS + "/web").object("status").integer("readyReplicas"))
                .isZero();
    }

    @Test
    void aPodThatLosesALabelOfItsSetRunsOnAloneAndIsTakenBackWithIt() {
        deploy("web", 1, run("web", "web"), "");
        String pod = cluster.names("v1/pods").getFirst();
        cluster.patch("v1/pods/" + pod, "metadata: {labels: {enable: 'true'}}");
        cluster.pass(20);
        assertThat(cluster.names("v1/pods")).containsExactly(pod);

        String hash = cluster.get("v1/pods/" + pod)
                .object("metadata")
                .object("labels")
                .string("pod-template-hash");
        cluster.patch("v1/pods/" + pod, "metadata: {labels: {pod-template-hash: null}}");
        cluster.pass(20);
        assertThat(cluster.names("v1/pods")).hasSize(2);
        assertThat(isOwned(cluster.get("v1/pods/" + pod))).isFalse();
        assertThat(cluster.get("v1/pods/" + pod).object("status").string("phase"))
                .isEqualTo("Running");

        cluster.patch("v1/pods/" + pod, "metadata: {labels: {pod-template-hash: '" + hash + "'}}");
        cluster.pass(60);
        assertThat(cluster.list("v1/pods")).singleElement().matches(WorkloadBehavioursTest::isOwned);
    }

    @Test
    void aDaemonRunsOnACordonedNodeToo() {
        cluster.patch("v1/nodes/node-1", "spec: {unschedulable: true}");
        cluster.create("apps/v1/daemonsets", """
                metadata: {name: agent}
                spec: {selector: {matchLabels: {app: agent}}, template: %s}
                """.formatted(template("agent", "web")));
        cluster.pass(30);

        assertThat(cluster.list("v1/pods"))
                .extracting(pod -> pod.object("spec").string("nodeName"))
                .containsExactlyInAnyOrder("node-0", "node-1");
    }

    @Test
    void aJobWhosePodsNeverEndIsRefused() {
        for (String policy : List.of(", restartPolicy: Always", "")) {
            assertThatThrownBy(() -> cluster.create("batch/v1/jobs", """
                            metadata: {name: pi}
                            spec: {template: {spec: {containers: [{name: main, image: 'done:1'}]%s}}}
                            """.formatted(policy)))
                    .hasMessage("Job.batch \"pi\" is invalid: spec.template.spec.restartPolicy:"
                            + " Required value: valid values: \"OnFailure\", \"Never\"");
        }
    }

    @Test
    void onlyAChangeOfTheTemplateStartsARollout() {
        deploy("web", 1, run("web", "web"), "");
        cluster.patch(DEPLOYMENTS + "/web", "spec: {replicas: 2, minReadySeconds: 1, revisionHistoryLimit: 3}");
        cluster.create("v1/configmaps", "{metadata: {name: settings}, data: {a: '1'}}");
        cluster.patch("v1/configmaps/settings", "data: {a: '2'}");
        cluster.pass(30);
        assertThat(cluster.list(SETS)).hasSize(1);

        cluster.patch(DEPLOYMENTS + "/web", "spec: {template: {metadata: {annotations: {checksum: '2'}}}}");
        cluster.pass(30);
        assertThat(cluster.list(SETS)).hasSize(2);
    }

    @Test
    void aTemplateThatComesBackHasTheNewestRevisionAndItsCause() {
        deploy("web", 1, run("web", "web"), "");
        cluster.patch(DEPLOYMENTS + "/web", "metadata: {annotations: {" + CHANGE + ": 'second image'}}");
        image("web", "other");
        assertThat(revisions()).containsExactly("1", "2");
        assertThat(cluster.list(SETS)).anySatisfy(set -> {
            assertThat(annotation(set, REVISION)).isEqualTo("2");
            assertThat(annotation(set, CHANGE)).isEqualTo("second image");
        });
        image("web", "web");

        assertThat(revisions()).containsExactly("2", "3");
        assertThat(cluster.list(SETS))
                .filteredOn(set -> annotation(set, REVISION).equals("3"))
                .singleElement()
                .satisfies(set -> assertThat(set.object("metadata")
                                .object("annotations")
                                .string("deployment.kubernetes.io/revision-history"))
                        .isEqualTo("1"));
    }

    @Test
    void aRevisionWhoseSetIsDeletedIsGone() {
        deploy("web", 1, run("web", "web"), "");
        image("web", "other");
        cluster.list(SETS).stream()
                .filter(set -> annotation(set, REVISION).equals("1"))
                .forEach(set ->
                        cluster.delete(SETS + "/" + set.object("metadata").string("name")));
        cluster.pass(30);

        assertThat(revisions()).containsExactly("2");
        assertThat(cluster.get(DEPLOYMENTS + "/web").object("status").integer("readyReplicas"))
                .isEqualTo(1);
    }

    @Test
    void aRolloutThatDoesNotGetOnForTenMinutesHasFailedAndIsLeftAsItIs() {
        deploy("web", 2, run("web", "web"), "");
        cluster.patch(DEPLOYMENTS + "/web", """
                spec: {template: {spec: {containers: [{name: main, image: 'web:1', resources: {requests: {cpu: '64'}}}]}}}
                """);
        cluster.pass(580);
        assertThat(progressing()).isEqualTo("True ReplicaSetUpdated");
        cluster.pass(60);

        assertThat(progressing()).isEqualTo("False ProgressDeadlineExceeded");
        assertThat(cluster.get(DEPLOYMENTS + "/web").object("status").integer("readyReplicas"))
                .isEqualTo(2);
        assertThat(cluster.list(SETS)).hasSize(2);
    }

    private String progressing() {
        return cluster.get(DEPLOYMENTS + "/web").object("status").list("conditions").objects().stream()
                .filter(condition -> condition.string("type").equals("Progressing"))
                .map(condition -> condition.string("status") + " " + condition.string("reason"))
                .findFirst()
                .orElse("");
    }

    @Test
    void twoDeploymentsShareAServiceByTheNumberOfTheirPods() {
        cluster.create("v1/services", "{metadata: {name: web}, spec: {selector: {app: shop}, ports: [{port: 80}]}}");
        deploy("stable", 3, run("stable", "web"), "");
        deploy("canary", 1, run("canary", "other"), "");
        assertThat(readyEndpoints()).isEqualTo(4);
        cluster.patch(DEPLOYMENTS + "/canary", "spec: {replicas: 3}");
        cluster.patch(DEPLOYMENTS + "/stable", "spec: {replicas: 0}");
        cluster.pass(60);

        assertThat(readyEndpoints()).isEqualTo(3);
        assertThat(cluster.list("v1/pods"))
                .allMatch(pod ->
                        pod.object("metadata").object("labels").string("run").equals("canary"));
    }

    private long readyEndpoints() {
        return cluster.list("discovery.k8s.io/v1/endpointslices", "kubernetes.io/service-name=web").stream()
                .flatMap(slice -> slice.list("endpoints").objects().stream())
                .filter(endpoint -> endpoint.object("conditions").bool("ready"))
                .count();
    }

    @Test
    void aPodOfASchedulerThatDoesNotRunWaitsInSilence() {
        cluster.create("v1/pods", """
                {metadata: {name: other}, spec: {schedulerName: another, containers: [{name: main, image: 'web:1'}]}}
                """);
        cluster.pass(60);

        assertThat(cluster.get("v1/pods/other").object("spec").string("nodeName"))
                .isEmpty();
        assertThat(cluster.list("v1/events"))
                .noneMatch(
                        event -> event.object("involvedObject").string("name").equals("other"));
    }

    @Test
    void aPodThatNamesNoAccountHasTheDefaultOne() {
        ObjectValue pod = cluster.create(
                "v1/pods", "{metadata: {name: web}, spec: {containers: [{name: main, image: 'web:1'}]}}");

        assertThat(pod.object("spec").string("serviceAccountName")).isEqualTo("default");
    }

    @Test
    void aTaintThatForbidsSchedulingKeepsNewPodsAwayAndLeavesOthers() {
        deploy("web", 4, run("web", "web"), "");
        List<String> before = cluster.names("v1/pods");
        cluster.patch("v1/nodes/node-1", "spec: {taints: [{key: node-type, value: production, effect: NoSchedule}]}");
        cluster.patch(DEPLOYMENTS + "/web", "spec: {replicas: 6}");
        cluster.pass(30);

        assertThat(cluster.list("v1/pods").stream()
                        .filter(pod -> before.contains(pod.object("metadata").string("name"))))
                .hasSize(4);
        assertThat(cluster.list("v1/pods").stream()
                        .filter(pod -> !before.contains(pod.object("metadata").string("name")))
                        .map(pod -> pod.object("spec").string("nodeName")))
                .containsExactly("node-0", "node-0");
    }
}
