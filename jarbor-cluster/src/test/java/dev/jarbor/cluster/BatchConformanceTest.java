package dev.jarbor.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.testing.Conformance;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Jobs and CronJobs on simulated nodes; follows test/e2e/apps of the reference. */
class BatchConformanceTest {
    private static final String JOBS = "batch/v1/jobs";
    private static final String CRONS = "batch/v1/cronjobs";

    private final SimulatedCluster cluster = new SimulatedCluster(2);

    private static String never(String image) {
        return "{spec: {restartPolicy: Never, containers: [{name: main, image: '" + image + ":1'}]}}";
    }

    private void cron(String concurrency, String more, String image) {
        cluster.create(CRONS, """
                metadata: {name: each}
                spec: {schedule: '*/1 * * * *', concurrencyPolicy: %s%s, jobTemplate: {spec: {template: %s}}}
                """.formatted(concurrency, more, never(image)));
    }

    private List<ObjectValue> active() {
        return cluster.get(CRONS + "/each").object("status").list("active").objects();
    }

    private void job(String name, String more, String image) {
        cluster.create(JOBS, """
                metadata: {name: %s}
                spec: {template: %s%s}
                """.formatted(name, never(image), more));
        cluster.pass(30);
    }

    private static List<String> conditions(ObjectValue object) {
        return object.object("status").list("conditions").objects().stream()
                .map(condition -> condition.string("type") + "=" + condition.string("status"))
                .toList();
    }

    @Test
    @Conformance("APP-02")
    void aSuspendedCronJobStartsNothing() {
        cron("Allow", ", suspend: true", "web");
        cluster.pass(300);

        assertThat(active()).isEmpty();
        assertThat(cluster.list(JOBS)).isEmpty();
    }

    @Test
    @Conformance("APP-03")
    void oneThatForbidsCompanyStartsNoSecond() {
        cron("Forbid", "", "web");
        cluster.pass(90);
        assertThat(active()).hasSize(1);
        cluster.pass(300);

        assertThat(cluster.list(JOBS)).hasSize(1);
    }

    @Test
    @Conformance("APP-04")
    void oneThatReplacesHasANewJobEachTime() {
        cron("Replace", "", "web");
        cluster.pass(90);
        String first = active().getFirst().string("name");
        cluster.pass(60);

        assertThat(active())
                .singleElement()
                .satisfies(job -> assertThat(job.string("name")).isNotEqualTo(first));
        assertThat(cluster.names(JOBS)).hasSize(1).doesNotContain(first);
    }

    @Test
    @Conformance("APP-05")
    void manyMayRunSideBySide() {
        cron("Allow", "", "web");
        cluster.pass(150);

        assertThat(active().size()).isGreaterThan(1);
    }

    @Test
    @Conformance("APP-27")
    void podsOfAJobAreAdoptedAndReleased() {
        job("work", ", parallelism: 2, completions: 2, backoffLimit: 6", "web");
        String pod = cluster.names("v1/pods").getFirst();
        cluster.patch("v1/pods/" + pod, "metadata: {ownerReferences: []}");
        cluster.pass(30);
        ObjectValue adopted = cluster.get("v1/pods/" + pod).object("metadata");
        assertThat(adopted.list("ownerReferences").objects())
                .singleElement()
                .satisfies(owner -> assertThat(owner.string("name")).isEqualTo("work"));

        cluster.patch("v1/pods/" + pod, """
                metadata: {labels: {job-name: null, controller-uid: null, batch.kubernetes.io/job-name: null,
                 batch.kubernetes.io/controller-uid: null}}
                """);
        cluster.pass(30);
        assertThat(cluster.get("v1/pods/" + pod)
                        .object("metadata")
                        .list("ownerReferences")
                        .objects())
                .isEmpty();
    }

    /** A drain is no failure where the Job's policy says so, whatever the limit is. */
    @Test
    void podsThatAreEvictedMayBeIgnored() {
        job("work", """
                , backoffLimit: 0, podFailurePolicy: {rules: [{action: Ignore,
                 onPodConditions: [{type: DisruptionTarget, status: 'True'}]}]}""", "stubborn");
        String first = cluster.names("v1/pods").getFirst();
        cluster.create("v1/pods/" + first + "/eviction", "metadata: {name: " + first + "}");
        cluster.pass(120);

        assertThat(cluster.names("v1/pods")).hasSize(1).doesNotContain(first);
        ObjectValue status = cluster.get(JOBS + "/work").object("status");
        assertThat(status.has("failed")).isFalse();
        assertThat(status.integer("active")).isEqualTo(1);
        assertThat(conditions(cluster.get(JOBS + "/work"))).isEmpty();
    }

    @Test
    void aJobThatIsSuspendedHasNotStartedAndStartsAnew() {
        job("work", ", activeDeadlineSeconds: 100", "web");
        cluster.patch(JOBS + "/work", "spec: {suspend: true}");
        cluster.pass(300);
        assertThat(cluster.get(JOBS + "/work").object("status").has("startTime"))
                .isFalse();
        assertThat(cluster.names("v1/pods")).isEmpty();

        cluster.patch(JOBS + "/work", "spec: {suspend: false}");
        cluster.pass(90);
        assertThat(conditions(cluster.get(JOBS + "/work"))).containsExactly("Suspended=False");
        cluster.pass(60);
        assertThat(conditions(cluster.get(JOBS + "/work"))).contains("Failed=True");
    }

    @Test
    @Conformance("APP-30")
    void aJobHasAStatusOfItsOwn() {
        job("work", ", parallelism: 2, completions: 2", "web");
        ObjectValue patched = cluster.patch(
                JOBS + "/work/status",
                "{metadata: {annotations: {patched: 'true'}}, status: {conditions: [{type: CustomConditionType,"
                        + " status: 'True', reason: PatchedByTest}]}}");
        assertThat(conditions(patched)).contains("CustomConditionType=True");
        ObjectValue current = cluster.get(JOBS + "/work/status");
        ObjectValue condition = SimulatedCluster.yaml("{type: Updated, status: 'True', reason: UpdatedByTest}");
        cluster.update(
                JOBS + "/work/status",
                current.update(
                        "status",
                        status -> status.with(
                                "conditions", status.list("conditions").with(condition))));
        assertThat(conditions(cluster.get(JOBS + "/work"))).contains("CustomConditionType=True", "Updated=True");
    }

    @Test
    @Conformance("APP-31")
    void anIndexedJobHasAPodAnIndexWithItsNameAndHost() {
        job("work", ", parallelism: 2, completions: 4, completionMode: Indexed", "done");
        cluster.pass(60);

        assertThat(conditions(cluster.get(JOBS + "/work"))).contains("Complete=True");
        assertThat(cluster.get(JOBS + "/work").object("status").string("completedIndexes"))
                .isEqualTo("0-3");
        assertThat(cluster.list("v1/pods"))
                .extracting(one ->
                        one.object("metadata").object("annotations").string("batch.kubernetes.io/job-completion-index"))
                .containsExactlyInAnyOrder("0", "1", "2", "3");
        assertThat(cluster.list("v1/pods"))
                .allSatisfy(one -> assertThat(one.object("metadata").string("name"))
                        .startsWith(one.object("spec").string("hostname")));
    }

    @Test
    @Conformance("APP-32")
    void aJobGoesWithItsPods() {
        job("work", ", parallelism: 2, completions: 2", "web");
        assertThat(cluster.list("v1/pods")).hasSize(2);
        cluster.delete(JOBS + "/work", "{'propagationPolicy':'Foreground'}");
        cluster.pass(60);

        assertThat(cluster.list(JOBS)).isEmpty();
        assertThat(cluster.list("v1/pods")).isEmpty();
    }

    @Test
    @Conformance("APP-34")
    void aJobLives() {
        job("work", ", parallelism: 1, completions: 1, suspend: true", "done");
        cluster.patch(JOBS + "/work", "metadata: {labels: {patched: 'yes'}}");
        assertThat(cluster.list("/" + JOBS, "patched=yes")).hasSize(1);
        ObjectValue job = cluster.get(JOBS + "/work");
        cluster.update(JOBS + "/work", job.update("spec", spec -> spec.with("suspend", false)));
        cluster.pass(60);
        assertThat(conditions(cluster.get(JOBS + "/work"))).contains("Complete=True");
        cluster.deleteCollection(JOBS, "patched=yes");
        cluster.pass(60);

        assertThat(cluster.list(JOBS)).isEmpty();
    }

    @Test
    @Conformance("APP-38")
    void aJobHasSucceededWhenTheIndexesHaveThatMatter() {
        job(
                "work",
                ", parallelism: 2, completions: 2, completionMode: Indexed, successPolicy: {rules: [{succeededIndexes:"
                        + " '0-1'}]}",
                "done");
        cluster.pass(60);

        assertThat(conditions(cluster.get(JOBS + "/work"))).contains("SuccessCriteriaMet=True", "Complete=True");
        assertThat(cluster.list("v1/pods"))
                .allSatisfy(
                        one -> assertThat(one.object("status").string("phase")).isEqualTo("Succeeded"));
    }
}
