package dev.jarbor.cluster;

import static dev.jarbor.cluster.SimulatedCluster.template;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What control loops and scheduler tell of themselves in metrics that the reference calls alpha or beta, by what happens. */
class ClusterMetricsTest {
    private static void replicas(SimulatedCluster cluster, int count) {
        cluster.create("apps/v1/replicasets", """
                metadata: {name: web}
                spec: {replicas: %d, selector: {matchLabels: {app: web}}, template: %s}
                """.formatted(count, template("web", "web")));
    }

    @Test
    void nodesThatFallSilentAreSeenByZoneAndTheirPodsAreCountedAsTheyLeave() {
        var cluster = new SimulatedCluster(3);
        replicas(cluster, 3);
        cluster.pass(30);
        assertThat(cluster.metrics())
                .contains("node_collector_zone_size{zone=\"\"} 3\n")
                .contains("node_collector_zone_health{zone=\"\"} 100\n")
                .contains("node_collector_unhealthy_nodes_in_zone{zone=\"\"} 0\n");

        cluster.lose("node-0");
        cluster.pass(600);
        assertThat(cluster.metrics())
                .contains("node_collector_evictions_total{zone=\"\"} 1\n")
                .contains("node_collector_unhealthy_nodes_in_zone{zone=\"\"} 1\n")
                .containsPattern("node_collector_zone_health\\{zone=\"\"} 66\\.6")
                .contains("taint_eviction_controller_pod_deletions_total 1\n")
                .contains("taint_eviction_controller_pod_deletion_duration_seconds_bucket{le=\"0.005\"} 1\n")
                .containsPattern("node_collector_update_all_nodes_health_duration_seconds_count [1-9]")
                .containsPattern("node_collector_update_node_health_duration_seconds_count [1-9]");

        cluster.delete("v1/nodes/node-0");
        cluster.pass(120);
        assertThat(cluster.metrics())
                .contains("pod_gc_collector_force_delete_pods_total{namespace=\"shop\",reason=\"orphaned\"} 1\n")
                .contains("node_collector_zone_size{zone=\"\"} 2\n");
    }

    @Test
    void theSchedulerTellsHowPodsFindTheirNodes() {
        var cluster = new SimulatedCluster(1);
        replicas(cluster, 2);
        cluster.create("v1/pods", """
                metadata: {name: wide}
                spec: {containers: [{name: main, image: 'web:1', resources: {requests: {cpu: '100'}}}]}
                """);
        cluster.create("v1/pods", """
                metadata: {name: gated}
                spec: {schedulingGates: [{name: example.com/later}], containers: [{name: main, image: 'web:1'}]}
                """);
        cluster.pass(60);
        assertThat(cluster.metrics())
                .contains("scheduler_schedule_attempts_total{profile=\"default-scheduler\",result=\"scheduled\"} 2\n")
                .containsPattern(
                        "scheduler_schedule_attempts_total\\{profile=\"default-scheduler\",result=\"unschedulable\"} [1-9]")
                .contains("scheduler_pod_scheduling_attempts_bucket{le=\"1\"} 2\n")
                .contains("scheduler_pod_scheduling_sli_duration_seconds_count{attempts=\"1\"} 2\n")
                .contains("scheduler_pending_pods{queue=\"active\"} 0\n")
                .contains("scheduler_pending_pods{queue=\"gated\"} 1\n")
                .contains("scheduler_pending_pods{queue=\"unschedulable\"} 1\n")
                .contains("scheduler_cache_size{type=\"nodes\"} 1\n")
                .contains("scheduler_cache_size{type=\"pods\"} 2\n")
                .contains("scheduler_cache_size{type=\"assumed_pods\"} 0\n")
                .containsPattern("scheduler_scheduling_algorithm_duration_seconds_count [3-9]");
    }

    @Test
    void whatEachPodAsksForIsToldAtAPathOfItsOwn() {
        var cluster = new SimulatedCluster(1);
        cluster.create("v1/pods", """
                metadata: {name: small}
                spec: {containers: [{name: main, image: 'web:1', resources: {requests: {cpu: 250m}}}]}
                """);
        cluster.pass(10);
        assertThat(cluster.server.resourceSeries().text())
                .contains("kube_pod_resource_request{namespace=\"shop\",pod=\"small\",node=\"node-0\","
                        + "scheduler=\"default-scheduler\",priority=\"0\",resource=\"cpu\",unit=\"cores\"} 0.25\n");
        assertThat(cluster.metrics()).doesNotContain("kube_pod_resource");
    }

    @Test
    void podsThatAreSentAwayForAMoreImportantOneAreCounted() {
        var cluster = new SimulatedCluster(1);
        cluster.create("/scheduling.k8s.io/v1/priorityclasses", "{metadata: {name: high}, value: 1000}");
        cluster.create("v1/pods", """
                metadata: {name: low}
                spec: {containers: [{name: main, image: 'web:1', resources: {requests: {cpu: '3'}}}]}
                """);
        cluster.pass(10);
        cluster.create("v1/pods", """
                metadata: {name: high}
                spec:
                  priorityClassName: high
                  containers: [{name: main, image: 'web:1', resources: {requests: {cpu: '3'}}}]
                """);
        cluster.pass(60);
        assertThat(cluster.metrics())
                .contains("scheduler_preemption_victims_bucket{le=\"1\"} 1\n")
                .containsPattern("scheduler_preemption_attempts_total [1-9]");
    }

    @Test
    void volumesAndClaimsAreCountedByWhetherTheyFoundEachOther() {
        var cluster = new SimulatedCluster(1);
        for (String name : new String[] {"one", "two"}) {
            cluster.create("/v1/persistentvolumes", """
                    metadata: {name: %s}
                    spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /tmp/%s}}
                    """.formatted(name, name));
        }
        cluster.create("v1/persistentvolumeclaims", """
                metadata: {name: data}
                spec: {storageClassName: '', accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """);
        cluster.create("v1/persistentvolumeclaims", """
                metadata: {name: huge}
                spec: {storageClassName: '', accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Ti}}}
                """);
        cluster.create("v1/persistentvolumeclaims", """
                metadata: {name: late}
                spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Ti}}}
                """);
        cluster.pass(10);
        cluster.create("/storage.k8s.io/v1/storageclasses", """
                metadata: {name: standard, annotations: {storageclass.kubernetes.io/is-default-class: 'true'}}
                provisioner: example.com/disk
                """);
        cluster.pass(20);
        String claims = "{namespace=\"shop\",storage_class=\"%s\",volume_attributes_class=\"\"} 1\n";
        assertThat(cluster.metrics())
                .contains(
                        "pv_collector_total_pv_count{plugin_name=\"kubernetes.io/host-path\",volume_mode=\"Filesystem\"} 2\n")
                .contains("pv_collector_bound_pv_count{storage_class=\"\"} 1\n")
                .contains("pv_collector_unbound_pv_count{storage_class=\"\"} 1\n")
                .contains("pv_collector_bound_pvc_count" + claims.formatted(""))
                .contains("pv_collector_unbound_pvc_count" + claims.formatted(""))
                .contains("pv_collector_unbound_pvc_count" + claims.formatted("standard"))
                .contains("retroactive_storageclass_total 1\n");
    }

    @Test
    void ephemeralClaimsAndClaimsOfDevicesAreCountedAsTheyAreMade() {
        var cluster = new SimulatedCluster(1);
        cluster.create("resource.k8s.io/v1/resourceclaimtemplates", """
                metadata: {name: gpu}
                spec: {spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu}}]}}}
                """);
        cluster.create("v1/pods", """
                metadata: {name: guest}
                spec:
                  containers: [{name: main, image: 'web:1', resources: {claims: [{name: gpu}]}}]
                  resourceClaims: [{name: gpu, resourceClaimTemplateName: gpu}]
                  volumes:
                  - name: scratch
                    ephemeral:
                      volumeClaimTemplate:
                        spec: {storageClassName: '', accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                """);
        cluster.pass(20);
        assertThat(cluster.metrics())
                .contains("ephemeral_volume_controller_create_total 1\n")
                .contains("resourceclaim_controller_creates_total{status=\"success\",admin_access=\"false\"} 1\n")
                .contains("resourceclaim_controller_resource_claims"
                        + "{allocated=\"false\",admin_access=\"false\",source=\"resource_claim_template\"} 1\n");
    }

    @Test
    void workloadsTellHowTheyAreDoing() {
        var cluster = new SimulatedCluster(2);
        cluster.create("apps/v1/statefulsets", """
                metadata: {name: db}
                spec: {replicas: 2, serviceName: db, selector: {matchLabels: {app: db}}, template: %s}
                """.formatted(template("db", "web")));
        cluster.create("batch/v1/jobs", """
                metadata: {name: list}
                spec:
                  completions: 3
                  parallelism: 3
                  completionMode: Indexed
                  template: {spec: {restartPolicy: Never, containers: [{name: main, image: 'done:1'}]}}
                """);
        cluster.create("batch/v1/jobs", """
                metadata: {name: foreign}
                spec:
                  managedBy: example.com/queue
                  template: {spec: {restartPolicy: Never, containers: [{name: main, image: 'done:1'}]}}
                """);
        replicas(cluster, 4);
        cluster.pass(120);
        cluster.patch("apps/v1/replicasets/web", "spec: {replicas: 1}");
        cluster.pass(60);
        String set = "{statefulset_namespace=\"shop\",statefulset_name=\"db\",pod_management_policy=\"OrderedReady\"}";
        assertThat(cluster.metrics())
                .contains("statefulset_controller_statefulset_max_unavailable" + set + " 1\n")
                .contains("statefulset_controller_statefulset_unavailable_replicas" + set + " 0\n")
                .contains("job_controller_job_finished_indexes_total{status=\"succeeded\",backoffLimit=\"global\"} 3\n")
                .contains("job_controller_job_pods_creation_total{reason=\"new\",status=\"succeeded\"} 3\n")
                .contains("job_controller_jobs_by_external_controller_total{controller_name=\"example.com/queue\"} 1\n")
                .contains("replicaset_controller_sorting_deletion_age_ratio_count 3\n");
    }

    @Test
    void slicesAndMirroredEndpointsAreCountedAsTheyChange() {
        var cluster = new SimulatedCluster(1);
        replicas(cluster, 2);
        cluster.create("v1/services", "{metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}");
        cluster.create("v1/services", "{metadata: {name: hand}, spec: {ports: [{port: 80}]}}");
        cluster.create("v1/endpoints", """
                metadata: {name: hand}
                subsets: [{addresses: [{ip: 192.0.2.1}, {ip: 192.0.2.2}], ports: [{port: 80}]}]
                """);
        cluster.pass(60);
        assertThat(cluster.metrics())
                .containsPattern("endpoint_slice_controller_changes\\{operation=\"create\"} [1-9]")
                .containsPattern("endpoint_slice_controller_syncs\\{result=\"success\"} [1-9]")
                .containsPattern("endpoint_slice_controller_endpointslices_changed_per_sync_count"
                        + "\\{topology=\"Disabled\",traffic_distribution=\"\"} [1-9]")
                .contains("endpoint_slice_mirroring_controller_changes{operation=\"create\"} 1\n")
                .contains("endpoint_slice_mirroring_controller_num_endpoint_slices 1\n")
                .contains("endpoint_slice_mirroring_controller_endpoints_desired 2\n")
                .contains("endpoint_slice_mirroring_controller_endpoints_added_per_sync_bucket{le=\"2\"}");
    }

    @Test
    void autoscalersAndCertificatesOfNamespacesAreCounted() {
        var cluster = new SimulatedCluster(1);
        cluster.create("autoscaling/v2/horizontalpodautoscalers", """
                metadata: {name: nobody}
                spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: nobody}}
                """);
        cluster.pass(40);
        assertThat(cluster.metrics())
                .contains("horizontal_pod_autoscaler_controller_num_horizontal_pod_autoscalers 1\n")
                .contains("horizontal_pod_autoscaler_controller_desired_replicas"
                        + "{namespace=\"shop\",hpa_name=\"nobody\"} 0\n")
                .containsPattern("root_ca_cert_publisher_sync_total\\{code=\"200\"} [1-9]")
                .containsPattern("root_ca_cert_publisher_sync_duration_seconds_count\\{code=\"200\"} [1-9]");
    }
}
