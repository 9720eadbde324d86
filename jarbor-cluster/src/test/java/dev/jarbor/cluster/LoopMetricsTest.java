package dev.jarbor.cluster;

import static dev.jarbor.cluster.SimulatedCluster.template;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Metrics of single control loops under the reference's names, where it calls them stable or beta. */
class LoopMetricsTest {
    private final SimulatedCluster cluster = new SimulatedCluster(2);

    private void job(String name, String image, String more) {
        cluster.create("batch/v1/jobs", """
                metadata: {name: %s}
                spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: '%s:1'}]}}%s}
                """.formatted(name, image, more));
    }

    private String metrics() {
        return cluster.server
                .metrics()
                .text()
                .lines()
                .filter(line ->
                        line.contains("_controller_") && !line.startsWith("#") && !line.startsWith("apiserver_"))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    @Test
    void jobsAndTheirPodsAreCountedOnce() {
        job("good", "done", ", completions: 2");
        job("bad", "broken", ", backoffLimit: 0");
        job("judged", "broken", """
                , completionMode: Indexed, completions: 1, podFailurePolicy: {rules: [{action: FailJob,
                 onExitCodes: {operator: In, values: [1]}}]}""");
        cluster.pass(120);

        assertThat(metrics())
                .contains("job_controller_jobs_finished_total"
                        + "{completion_mode=\"NonIndexed\",reason=\"\",result=\"succeeded\"} 1\n")
                .contains("job_controller_jobs_finished_total"
                        + "{completion_mode=\"NonIndexed\",reason=\"BackoffLimitExceeded\",result=\"failed\"} 1\n")
                .contains("job_controller_jobs_finished_total"
                        + "{completion_mode=\"Indexed\",reason=\"PodFailurePolicy\",result=\"failed\"} 1\n")
                .contains("job_controller_job_pods_finished_total"
                        + "{completion_mode=\"NonIndexed\",result=\"succeeded\"} 2\n")
                .contains("job_controller_job_pods_finished_total"
                        + "{completion_mode=\"NonIndexed\",result=\"failed\"} 1\n")
                .contains("job_controller_pod_failures_handled_by_failure_policy_total{action=\"FailJob\"} 1\n")
                .contains("job_controller_terminated_pods_tracking_finalizer_total{event=\"add\"} 4\n")
                .contains("job_controller_terminated_pods_tracking_finalizer_total{event=\"delete\"} 4\n")
                .containsPattern("job_controller_job_syncs_total"
                        + "\\{action=\"pods_created\",completion_mode=\"NonIndexed\",result=\"success\"} 3\n")
                .contains("job_controller_job_sync_duration_seconds_bucket{");
    }

    @Test
    void theDelaysOfCronJobsAndOfTheirRemovalAreMeasured() {
        cluster.create("batch/v1/cronjobs", """
                metadata: {name: report}
                spec:
                  schedule: '*/5 * * * *'
                  jobTemplate:
                    spec:
                      ttlSecondsAfterFinished: 60
                      template: {spec: {restartPolicy: Never, containers: [{name: main, image: 'done:1'}]}}
                """);
        cluster.pass(600);

        assertThat(metrics())
                .contains("cronjob_controller_job_creation_skew_duration_seconds_bucket{le=\"1\"} 2\n")
                .containsPattern("ttl_after_finished_controller_job_deletion_duration_seconds_count [12]\n");
    }

    @Test
    void slicesAreCountedAgainstWhatWouldDo() {
        cluster.create("apps/v1/replicasets", """
                metadata: {name: web}
                spec: {replicas: 3, selector: {matchLabels: {app: web}}, template: %s}
                """.formatted(template("web", "web")));
        cluster.create("v1/services", """
                {metadata: {name: web}, spec: {trafficDistribution: PreferSameZone, selector: {app: web}, ports: [{port: 80}]}}
                """);
        cluster.pass(60);

        assertThat(metrics())
                .contains("endpoint_slice_controller_endpoints_desired 3\n")
                .contains("endpoint_slice_controller_num_endpoint_slices 1\n")
                .contains("endpoint_slice_controller_desired_endpoint_slices 1\n")
                .contains("endpoint_slice_controller_services_count_by_traffic_distribution"
                        + "{traffic_distribution=\"PreferSameZone\"} 1\n")
                .contains("endpoint_slice_controller_endpoints_added_per_sync_bucket{le=\"2\"}")
                .containsPattern("endpoint_slice_controller_endpoints_removed_per_sync_count [1-9]");
    }

    @Test
    void passesOverAutoscalersAreCountedByWhatTheyDid() {
        cluster.create("autoscaling/v2/horizontalpodautoscalers", """
                metadata: {name: nobody}
                spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: nobody}}
                """);
        cluster.pass(40);

        assertThat(metrics())
                .contains("horizontal_pod_autoscaler_controller_reconciliations_total"
                        + "{action=\"none\",error=\"internal\"} 2\n")
                .contains("horizontal_pod_autoscaler_controller_reconciliation_duration_seconds_count"
                        + "{action=\"none\",error=\"internal\"} 2\n");
    }

    @Test
    void whatALoopCountedIsThereWhenItIsStartedAnew() {
        job("good", "done", "");
        cluster.pass(60);
        cluster.plane.restartLoops();
        cluster.pass(60);

        assertThat(metrics())
                .contains("job_controller_jobs_finished_total"
                        + "{completion_mode=\"NonIndexed\",reason=\"\",result=\"succeeded\"} 1\n");
    }
}
