package dev.jarbor.controllers.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.controllers.job.FailurePolicy.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** After the reference's table of pods that match a rule of a failure policy. */
class FailurePolicyTest {
    private static ObjectValue yaml(String text) {
        return (ObjectValue) Yaml.parse(text);
    }

    private static Job job(String rules) {
        return new Job(yaml("{metadata: {name: work}, spec: {podFailurePolicy: {rules: [" + rules + "]}}}"));
    }

    private static Pod pod(String status) {
        return new Pod(yaml("{metadata: {name: a, namespace: shop}, status: {phase: Failed, " + status + "}}"));
    }

    private static String ended(String name, int code) {
        return "{name: %s, state: {terminated: {exitCode: %d}}}".formatted(name, code);
    }

    private static String onExit(String action, String requirement) {
        return "{action: " + action + ", onExitCodes: {" + requirement + "}}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "operator: In, values: [1, 2, 3]; 2; true",
                "operator: In, values: [1, 2, 3]; 4; false",
                "operator: NotIn, values: [5, 6]; 42; true",
                "operator: NotIn, values: [5, 6]; 5; false",
                // What has succeeded is not asked.
                "operator: NotIn, values: [5, 6]; 0; false",
                "operator: In, values: [1], containerName: main; 1; true",
                "operator: In, values: [1], containerName: other; 1; false",
                "operator: Unknown, values: [1]; 1; false",
            })
    void anExitCodeIsInTheListOrNot(String requirement, int code, boolean matches) {
        Verdict verdict = FailurePolicy.judge(
                job(onExit("FailJob", requirement)), pod("containerStatuses: [" + ended("main", code) + "]"));
        assertThat(verdict)
                .isEqualTo(
                        matches
                                ? new Verdict.FailJob("Container main for pod shop/a failed with exit code " + code
                                        + " matching FailJob rule at index 0")
                                : new Verdict.Count());
    }

    @Test
    void containersAreAskedBeforeInitContainersAndWhatStillRunsIsNot() {
        Job job = job(onExit("FailJob", "operator: In, values: [2, 3]"));
        assertThat(FailurePolicy.judge(
                        job,
                        pod("initContainerStatuses: [" + ended("setup", 3) + "], containerStatuses: ["
                                + ended("main", 2) + "]")))
                .isEqualTo(new Verdict.FailJob(
                        "Container main for pod shop/a failed with exit code 2 matching FailJob rule at index 0"));
        assertThat(FailurePolicy.judge(
                        job,
                        pod("initContainerStatuses: [" + ended("setup", 3)
                                + "], containerStatuses: [{name: main, state: {running: {}}}]")))
                .isEqualTo(new Verdict.FailJob(
                        "Container setup for pod shop/a failed with exit code 3 matching FailJob rule at index 0"));
    }

    @Test
    void theFirstRuleThatAppliesDecides() {
        Job job = job(onExit("Ignore", "operator: In, values: [1]") + ", "
                + onExit("FailIndex", "operator: In, values: [1, 2]") + ", "
                + onExit("Count", "operator: In, values: [3]") + ", "
                + onExit("FailJob", "operator: NotIn, values: [9]"));
        assertThat(FailurePolicy.judge(job, pod("containerStatuses: [" + ended("main", 1) + "]")))
                .isEqualTo(new Verdict.Ignore());
        assertThat(FailurePolicy.judge(job, pod("containerStatuses: [" + ended("main", 2) + "]")))
                .isEqualTo(new Verdict.FailIndex());
        assertThat(FailurePolicy.judge(job, pod("containerStatuses: [" + ended("main", 3) + "]")))
                .isEqualTo(new Verdict.Count());
        assertThat(FailurePolicy.action(job, pod("containerStatuses: [" + ended("main", 3) + "]")))
                .contains("Count");
        assertThat(FailurePolicy.judge(job, pod("containerStatuses: [" + ended("main", 4) + "]")))
                .isInstanceOf(Verdict.FailJob.class);
    }

    @Test
    void aConditionHasToHaveTheStatusAndTheFirstOfThePodIsNamed() {
        Job job = job("{action: FailJob, onPodConditions: [{type: B, status: 'True'}, {type: A, status: 'False'}]}");
        assertThat(FailurePolicy.judge(job, pod("conditions: [{type: A, status: 'True'}]")))
                .isEqualTo(new Verdict.Count());
        assertThat(FailurePolicy.judge(job, pod("conditions: [{type: A, status: 'False'}, {type: B, status: 'True'}]")))
                .isEqualTo(new Verdict.FailJob("Pod shop/a has condition A matching FailJob rule at index 0"));
    }
}
