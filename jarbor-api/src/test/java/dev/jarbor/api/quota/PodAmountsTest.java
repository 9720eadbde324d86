package dev.jarbor.api.quota;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a pod counts for. */
class PodAmountsTest {
    private static ObjectValue pod(String yaml) {
        return (ObjectValue) Yaml.parse(yaml);
    }

    private static final String STARTING = """
            spec:
              overhead: {cpu: 100m, memory: 1Mi}
              initContainers:
              - {name: first, resources: {requests: {cpu: 3}}}
              - {name: proxy, restartPolicy: Always, resources: {requests: {cpu: 1}, limits: {cpu: 2}}}
              - {name: second, resources: {requests: {cpu: 1500m}}}
              containers:
              - {name: a, resources: {requests: {cpu: 200m, memory: 10Mi}}}
              - {name: b, resources: {requests: {cpu: 300m}}}
            """;

    @Test
    void whatRunsSideBySideAddsUpAndWhatRunsOnceCountsWhereItIsMore() {
        assertThat(PodAmounts.containerRequests(pod(STARTING))).hasToString("cpu=3,memory=10Mi");
        assertThat(PodAmounts.containerRequests(pod(STARTING.replace("cpu: 3}", "cpu: 1}"))))
                .hasToString("cpu=2500m,memory=10Mi");
        assertThat(PodAmounts.requests(pod(STARTING))).hasToString("cpu=3100m,memory=11Mi");
    }

    @Test
    void overheadIsAddedToLimitsThatThereAre() {
        assertThat(PodAmounts.limits(pod(STARTING))).hasToString("cpu=2100m");
    }

    @Test
    void whatThePodSaysItselfCountsInsteadOfItsContainers() {
        ObjectValue pod = pod(STARTING.replace("spec:\n", "spec:\n  resources: {requests: {cpu: 4, other: 1}}\n"));
        assertThat(PodAmounts.containerRequests(pod)).hasToString("cpu=4,memory=10Mi");
        assertThat(PodAmounts.stated(pod.object("spec"), "requests")).hasToString("cpu=3,memory=10Mi");
    }

    /** The container asks for 2 and may use 3. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {resources: {requests: {cpu: 1}}}                                | ''         | 2  | 3
            {resources: {requests: {cpu: 4}, limits: {cpu: 5}}}              | ''         | 4  | 5
            {resources: {requests: {cpu: 1}}, allocatedResources: {cpu: 6}}  | ''         | 6  | 3
            {allocatedResources: {cpu: 6}}                                   | ''         | 2  | 3
            {resources: {requests: {cpu: 1}, limits: {cpu: 1}}}              | Deferred   | 2  | 3
            {resources: {requests: {cpu: 1}, limits: {cpu: 1}}}              | Infeasible | 1  | 1
            """)
    void whileAPodIsResizedTheMoreOfWhatItWantsAndHoldsCounts(
            String status, String pending, String requests, String limits) {
        String conditions = pending.isEmpty() ? "[]" : "[{type: PodResizePending, reason: " + pending + "}]";
        for (String[] lists : new String[][] {
            {"containers", "containerStatuses", ""},
            {"initContainers", "initContainerStatuses", "restartPolicy: Always,"}
        }) {
            ObjectValue pod = pod("""
                    spec: {%s: [{name: a, %s resources: {requests: {cpu: 2}, limits: {cpu: 3}}}]}
                    status: {conditions: %s, %s: [{name: a, %s]}
                    """.formatted(lists[0], lists[2], conditions, lists[1], status.substring(1)));
            assertThat(PodAmounts.requests(pod)).hasToString("cpu=" + requests);
            assertThat(PodAmounts.limits(pod)).hasToString("cpu=" + limits);
        }
    }
}
