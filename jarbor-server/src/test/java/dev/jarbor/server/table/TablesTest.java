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

            assertThat(cells(table)).as(resource.kind()).hasSameSizeAs(columns(table));
        }
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
