package dev.jarbor.controllers.nodelifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.NodeCondition;
import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.value.ObjectValue;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What follows from the conditions of a node. */
class NodeHealthTest {
    private static final Instant NOW = Instant.parse("2030-01-01T01:00:00Z");

    private static Node node(String spec, String conditions) {
        return new Node((ObjectValue) Yaml.parse("""
                metadata: {name: n, creationTimestamp: '2030-01-01T00:00:00Z'}
                spec: {%s}
                status: {conditions: [%s]}
                """.formatted(spec, conditions)));
    }

    private static String condition(String type, String status) {
        return "{type: " + type + ", status: '" + status + "', lastHeartbeatTime: '2030-01-01T00:00:00Z'}";
    }

    private static List<String> taints(Node node, boolean evicting) {
        return NodeHealth.taints(node, evicting, NOW).stream()
                .map(taint -> taint.key().substring(taint.key().indexOf('/') + 1) + ":" + taint.effect())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            True    | true  | ''
            False   | false | not-ready:NoSchedule
            False   | true  | not-ready:NoSchedule not-ready:NoExecute
            Unknown | false | unreachable:NoSchedule
            Unknown | true  | unreachable:NoSchedule unreachable:NoExecute
            """)
    void taintsFollowFromReadiness(String ready, boolean evicting, String expected) {
        assertThat(String.join(" ", taints(node("", condition("Ready", ready)), evicting)))
                .isEqualTo(expected);
    }

    @Test
    void pressureAndACordonKeepPodsAwayAndTaintsOfOthersStay() {
        Node node = node(
                "unschedulable: true, taints: [{key: example.com/own, effect: NoExecute}, {key: node.kubernetes.io/not-ready, effect: NoSchedule}]",
                condition("Ready", "True") + "," + condition("DiskPressure", "True") + ","
                        + condition("MemoryPressure", "False"));
        assertThat(taints(node, false))
                .containsExactly("own:NoExecute", "disk-pressure:NoSchedule", "unschedulable:NoSchedule");
    }

    @Test
    void aTaintKeepsTheTimeFromWhichTolerationsCount() {
        Node node = node(
                "taints: [{key: node.kubernetes.io/unreachable, effect: NoExecute, timeAdded: '2030-01-01T00:30:00Z'}]",
                condition("Ready", "Unknown"));
        assertThat(NodeHealth.taints(node, true, NOW))
                .filteredOn(taint -> taint.effect().equals("NoExecute"))
                .extracting(Taint::timeAdded)
                .containsExactly(Optional.of(Instant.parse("2030-01-01T00:30:00Z")));
        assertThat(NodeHealth.isLeft(node)).isTrue();
    }

    @Test
    void ofASilentNodeNothingIsKnownAnyMore() {
        Node silent = NodeHealth.silent(node("", condition("Ready", "True")), NOW);
        assertThat(silent.status().conditions())
                .extracting(NodeCondition::type, NodeCondition::status, NodeCondition::reason)
                .contains(
                        tuple("Ready", "Unknown", "NodeStatusUnknown"),
                        tuple("DiskPressure", "Unknown", "NodeStatusNeverUpdated"));
        assertThat(NodeHealth.silent(silent, NOW.plusSeconds(60))).isEqualTo(silent);
    }

    @Test
    void aRenewedLeaseOrAHeartbeatIsASignOfLife() {
        Node node = node("", condition("Ready", "True"));
        Node later = node("", condition("Ready", "True").replace("00:00:00Z", "00:00:10Z"));
        assertThat(NodeHealth.signOfLife(node, Optional.empty()))
                .isEqualTo(NodeHealth.signOfLife(node, Optional.empty()))
                .isNotEqualTo(NodeHealth.signOfLife(later, Optional.empty()));
    }

    @Test
    void aNodeWithoutANetworkKeepsPodsAway() {
        assertThat(taints(node("", condition("Ready", "True") + "," + condition("NetworkUnavailable", "True")), false))
                .containsExactly("network-unavailable:NoSchedule");
        Node reached = node(
                "taints: [{key: node.kubernetes.io/network-unavailable, effect: NoSchedule}]",
                condition("Ready", "True") + "," + condition("NetworkUnavailable", "False"));
        assertThat(taints(reached, false)).isEmpty();
    }

    @Test
    void whoTaintsByAKeyOfOursSoThatPodsGoIsLeftAlone() {
        Node node = node(
                "taints: [{key: node.kubernetes.io/disk-pressure, effect: NoExecute},"
                        + " {key: node.kubernetes.io/unschedulable, effect: PreferNoSchedule},"
                        + " {key: node.kubernetes.io/unreachable, effect: NoExecute}]",
                condition("Ready", "True"));
        assertThat(taints(node, false)).containsExactly("disk-pressure:NoExecute", "unschedulable:PreferNoSchedule");
    }
}
