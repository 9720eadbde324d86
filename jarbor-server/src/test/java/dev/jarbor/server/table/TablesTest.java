package dev.jarbor.server.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.table.Tables.IncludeObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TablesTest {
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final Tables tables = new Tables(runtime);

    @Test
    void a_running_pod_shows_its_containers_restarts_and_place() {
        assertThat(pod("Running", """
                        spec: {nodeName: n1, containers: [{name: a}, {name: b}]}
                        status:
                          podIP: 10.0.0.7
                          containerStatuses:
                          - {name: a, ready: true, restartCount: 2, state: {running: {}},
                             lastState: {terminated: {exitCode: 1, finishedAt: "2029-12-31T23:55:00Z"}}}
                          - {name: b, ready: false, restartCount: 0, state: {running: {}}}
                        """))
                .containsExactly("p", "1/2", "Running", "2 (5m ago)", "60s", "10.0.0.7", "n1", "<none>", "<none>");
    }

    @Test
    void a_crashing_container_is_what_the_status_shows() {
        assertThat(pod("Running", """
                        spec: {containers: [{name: a}]}
                        status:
                          containerStatuses:
                          - {name: a, restartCount: 3, state: {waiting: {reason: CrashLoopBackOff}}}
                        """)).startsWith("p", "0/1", "CrashLoopBackOff", "3");
    }

    @Test
    void an_init_container_at_work_shows_how_far_it_is() {
        String spec = "spec: {initContainers: [{name: i}, {name: j}], containers: [{name: a}]}\n";
        assertThat(pod("Pending", spec + """
                        status:
                          initContainerStatuses:
                          - {name: i, state: {terminated: {exitCode: 0}}}
                          - {name: j, state: {running: {}}}
                        """)).startsWith("p", "0/1", "Init:1/2");
        assertThat(pod("Pending", spec + """
                        status:
                          initContainerStatuses:
                          - {name: i, state: {terminated: {exitCode: 2, reason: Error}}}
                        """)).startsWith("p", "0/1", "Init:Error");
    }

    @Test
    void a_sidecar_counts_as_a_container() {
        assertThat(pod("Running", """
                        spec: {initContainers: [{name: s, restartPolicy: Always}], containers: [{name: a}]}
                        status:
                          conditions: [{type: Initialized, status: "True"}]
                          initContainerStatuses:
                          - {name: s, started: true, ready: true, restartCount: 1, state: {running: {}}}
                          containerStatuses:
                          - {name: a, ready: true, state: {running: {}}}
                        """)).startsWith("p", "2/2", "Running", "1");
    }

    @Test
    void a_pod_that_has_ended_shows_why_and_may_be_hidden() {
        ObjectValue table = table("", "pods", podYaml("Succeeded", """
                        spec: {containers: [{name: a}]}
                        status:
                          containerStatuses:
                          - {name: a, state: {terminated: {exitCode: 0, reason: Completed}}}
                        """));

        assertThat(cells(table)).startsWith("p", "0/1", "Completed", "0");
        assertThat(table.list("rows")
                        .objects()
                        .getFirst()
                        .list("conditions")
                        .objects()
                        .getFirst()
                        .string("type"))
                .isEqualTo("Completed");
    }

    @Test
    void a_pod_being_deleted_is_terminating() {
        assertThat(pod("Running", """
                        metadata: {name: p, creationTimestamp: "2029-12-31T23:59:00Z", deletionTimestamp: "2030-01-01T00:00:00Z"}
                        spec: {containers: [{name: a}]}
                        """)).startsWith("p", "0/1", "Terminating");
    }

    @Test
    void a_service_shows_its_ports_and_where_it_can_be_reached() {
        assertThat(cells(table("", "services", """
                        metadata: {name: web, creationTimestamp: "2029-12-31T00:00:00Z"}
                        spec:
                          type: NodePort
                          clusterIP: 10.43.0.9
                          selector: {app: web, tier: front}
                          ports: [{port: 80, nodePort: 30080, protocol: TCP}, {port: 53, protocol: UDP}]
                        """)))
                .containsExactly(
                        "web", "NodePort", "10.43.0.9", "<none>", "80:30080/TCP,53/UDP", "24h", "app=web,tier=front");
    }

    @Test
    void a_node_shows_its_state_and_roles() {
        assertThat(cells(table("", "nodes", """
                        metadata:
                          name: n1
                          creationTimestamp: "2029-12-20T00:00:00Z"
                          labels: {node-role.kubernetes.io/control-plane: "", kubernetes.io/role: edge}
                        spec: {unschedulable: true}
                        status:
                          conditions: [{type: Ready, status: "True"}]
                          addresses: [{type: InternalIP, address: 10.0.0.1}]
                          nodeInfo: {kubeletVersion: v1.36.0, osImage: Debian}
                        """)))
                .containsExactly(
                        "n1",
                        "Ready,SchedulingDisabled",
                        "control-plane,edge",
                        "12d",
                        "v1.36.0",
                        "10.0.0.1",
                        "<none>",
                        "Debian",
                        "<unknown>",
                        "<unknown>");
    }

    @Test
    void a_kind_without_columns_of_its_own_shows_when_it_was_created() {
        ObjectValue table = table(
                "rbac.authorization.k8s.io",
                "roles",
                "metadata: {name: r, creationTimestamp: \"2029-12-31T00:00:00Z\"}");

        assertThat(columns(table)).containsExactly("Name", "Created At");
        assertThat(cells(table)).containsExactly("r", "2029-12-31T00:00:00Z");
    }

    @Test
    void every_row_has_a_cell_for_each_column() {
        for (ResourceDefinition resource : Schemas.builtIn().resources()) {
            ObjectValue table = tables.of(resource, object("metadata: {name: x}"), IncludeObject.METADATA, true);

            // the reference sends the age of an IPAddress and has no column for it
            int more = resource.kind().equals("IPAddress") ? 1 : 0;
            assertThat(cells(table)).as(resource.kind()).hasSize(columns(table).size() + more);
            assertThat(table.list("columnDefinitions").objects().getFirst().string("description"))
                    .as(resource.kind())
                    .isNotEmpty();
        }
    }

    @Test
    void columns_have_the_words_of_the_published_model_and_else_their_own() {
        ObjectValue table = table("", "nodes", "metadata: {name: n}");

        assertThat(table.list("columnDefinitions").objects())
                .extracting(column -> column.string("description"))
                .contains("The roles of the node", "Kubelet Version reported by the node.");
        assertThat(table.list("columnDefinitions").objects().getFirst().string("description"))
                .startsWith("Name must be unique within a namespace.");
    }

    @Test
    void a_flow_schema_shows_its_level_and_whether_that_is_there() {
        assertThat(cells(table("flowcontrol.apiserver.k8s.io", "flowschemas", """
                        metadata: {name: f, creationTimestamp: "2029-12-31T00:00:00Z"}
                        spec:
                          priorityLevelConfiguration: {name: workload-low}
                          matchingPrecedence: 900
                          distinguisherMethod: {type: ByUser}
                        status: {conditions: [{type: Dangling, status: "False"}]}
                        """)))
                .containsExactly("f", "workload-low", "900", "ByUser", "24h", "False");
    }

    @Test
    void flow_schemas_are_listed_in_the_order_in_which_they_are_tried() {
        ResourceDefinition schemas = Schemas.builtIn()
                .resource("flowcontrol.apiserver.k8s.io", "v1", "flowschemas")
                .orElseThrow();
        ObjectValue table = tables.of(schemas, object("""
                kind: FlowSchemaList
                items:
                - {metadata: {name: a}, spec: {matchingPrecedence: 900}}
                - {metadata: {name: c}, spec: {matchingPrecedence: 1}}
                - {metadata: {name: b}, spec: {matchingPrecedence: 1}}
                """), IncludeObject.METADATA, true);

        assertThat(table.list("rows").objects())
                .extracting(row -> row.list("cells").get(0).toString())
                .containsExactly("b", "c", "a");
    }

    @Test
    void a_priority_level_shows_its_queues_where_it_has_some() {
        assertThat(cells(table("flowcontrol.apiserver.k8s.io", "prioritylevelconfigurations", """
                        metadata: {name: l, creationTimestamp: "2029-12-31T00:00:00Z"}
                        spec:
                          type: Limited
                          limited:
                            nominalConcurrencyShares: 30
                            limitResponse: {type: Queue, queuing: {queues: 64, handSize: 6, queueLengthLimit: 50}}
                        """)))
                .containsExactly("l", "Limited", "30", "64", "6", "50", "24h");
        assertThat(cells(table(
                        "flowcontrol.apiserver.k8s.io",
                        "prioritylevelconfigurations",
                        "{metadata: {name: e}, spec: {type: Exempt}}")))
                .containsExactly("e", "Exempt", "<none>", "<none>", "<none>", "<none>", "<unknown>");
    }

    @Test
    void a_driver_shows_what_it_needs() {
        assertThat(cells(table("storage.k8s.io", "csidrivers", """
                        metadata: {name: d}
                        spec:
                          podInfoOnMount: true
                          tokenRequests: [{audience: a}, {audience: b}]
                          volumeLifecycleModes: [Persistent, Ephemeral]
                        """)))
                .containsExactly("d", "true", "true", "false", "a,b", "false", "Persistent,Ephemeral", "<unknown>");
    }

    @Test
    void policies_and_their_bindings_show_their_parameters() {
        String group = "admissionregistration.k8s.io";
        assertThat(cells(table(group, "validatingadmissionpolicies", """
                        metadata: {name: p}
                        spec: {paramKind: {apiVersion: v1, kind: ConfigMap}, validations: [{expression: "true"}]}
                        """)))
                .containsExactly("p", "1", "v1/ConfigMap", "<unknown>");
        assertThat(cells(table(
                        group,
                        "validatingadmissionpolicybindings",
                        "{metadata: {name: b}, spec: {policyName: p, paramRef: {name: c}}}")))
                .containsExactly("b", "p", "*/c", "<unknown>");
        assertThat(cells(table(group, "validatingadmissionpolicybindings", """
                        metadata: {name: b}
                        spec: {policyName: p, paramRef: {selector: {matchLabels: {a: b}}}}
                        """)))
                .contains(
                        "&LabelSelector{MatchLabels:map[string]string{a: b,},MatchExpressions:[]LabelSelectorRequirement{},}");
    }

    @Test
    void a_claim_of_devices_shows_how_far_it_is() {
        assertThat(cells(table("resource.k8s.io", "resourceclaims", "{metadata: {name: c}}")))
                .containsExactly("c", "pending", "<unknown>");
        assertThat(cells(table("resource.k8s.io", "resourceclaims", """
                        metadata: {name: c, deletionTimestamp: "2030-01-01T00:00:00Z"}
                        status: {allocation: {}, reservedFor: [{name: p}]}
                        """)))
                .containsExactly("c", "deleted,allocated,reserved", "<unknown>");
    }

    @Test
    void a_scale_of_any_kind_shows_replicas() {
        assertThat(cells(table("apps", "deployments", """
                        kind: Scale
                        metadata: {name: web}
                        spec: {replicas: 3}
                        status: {replicas: 2}
                        """))).containsExactly("web", "3", "2", "<unknown>");
    }

    @Test
    void rows_stand_in_the_order_of_the_list_and_carry_what_was_asked_for() {
        ObjectValue list = object("""
                kind: ConfigMapList
                metadata: {resourceVersion: "7"}
                items: [{metadata: {name: b}, data: {x: z}}, {metadata: {name: a}}]
                """);
        ResourceDefinition configMaps =
                Schemas.builtIn().resource("", "v1", "configmaps").orElseThrow();

        ObjectValue table = tables.of(configMaps, list, IncludeObject.OBJECT, false);

        assertThat(table.object("metadata").string("resourceVersion")).isEqualTo("7");
        assertThat(table.list("columnDefinitions").isEmpty()).isTrue();
        assertThat(table.list("rows").objects())
                .extracting(row -> row.list("cells").get(0).toString())
                .containsExactly("b", "a");
        assertThat(table.list("rows")
                        .objects()
                        .getFirst()
                        .object("object")
                        .object("data")
                        .string("x"))
                .isEqualTo("z");
    }

    @Test
    void ages_get_coarser_the_longer_they_are() {
        assertThat(List.of(
                        0L,
                        119L,
                        120L,
                        599L,
                        600L,
                        10_799L,
                        10_800L,
                        28_799L,
                        28_800L,
                        172_800L,
                        691_200L,
                        63_072_000L))
                .extracting(seconds -> Ages.text(Duration.ofSeconds(seconds)))
                .containsExactly("0s", "119s", "2m", "9m59s", "10m", "179m", "3h", "7h59m", "8h", "2d", "8d", "2y");
        assertThat(Ages.text(Duration.ofSeconds(-1))).isEqualTo("0s");
        assertThat(Ages.text(Duration.ofSeconds(-9))).isEqualTo("<invalid>");
    }

    private List<String> pod(String phase, String yaml) {
        return cells(table("", "pods", podYaml(phase, yaml)));
    }

    private static String podYaml(String phase, String yaml) {
        String metadata =
                yaml.contains("metadata:") ? "" : "metadata: {name: p, creationTimestamp: \"2029-12-31T23:59:00Z\"}\n";
        String withPhase = yaml.contains("status:")
                ? yaml.replace("status:\n", "status:\n  phase: " + phase + "\n")
                : yaml + "status: {phase: " + phase + "}\n";
        return metadata + withPhase;
    }

    private ObjectValue table(String group, String plural, String yaml) {
        ResourceDefinition resource =
                Schemas.builtIn().resource(group, "v1", plural).orElseThrow();
        return tables.of(resource, object(yaml), IncludeObject.METADATA, true);
    }

    private static ObjectValue object(String yaml) {
        return (ObjectValue) Yaml.parse(yaml);
    }

    private static List<String> cells(ObjectValue table) {
        return table.list("rows").objects().getFirst().list("cells").strings();
    }

    private static List<String> columns(ObjectValue table) {
        return table.list("columnDefinitions").objects().stream()
                .map(column -> column.string("name"))
                .toList();
    }
}
