package dev.jarbor.embed;

import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.admission.AdmissionSettings;
import dev.jarbor.server.features.FeatureGates;
import dev.jarbor.server.registry.RuntimeConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What the owner of an embedded cluster decides; built up from {@link #DEFAULT}.
 *
 * @param nodes the nodes that there are from the start
 * @param apis which versions of the API are served
 * @param admission which plugins look at what is written
 * @param features which features are on
 * @param rbac whether callers that are not administrators need rights; everybody may do everything otherwise
 * @param metrics whether the server asks the nodes what their pods use, and serves that as {@code metrics.k8s.io}, which
 *     autoscalers need
 * @param mode how time passes
 * @param start where time starts, unless it is real
 * @param seed what chance follows from, unless time is real
 * @param patience how long the threads of clients and operators must have been quiet, in wall time, before time moves
 * @param pace how much cluster time may pass in a second of wall time when it passes by itself
 */
public record JarborSettings(
        List<SimulatedNode> nodes,
        RuntimeConfig apis,
        AdmissionSettings admission,
        FeatureGates features,
        boolean rbac,
        boolean metrics,
        TimeMode mode,
        Instant start,
        long seed,
        Duration patience,
        Duration pace) {
    /** Real time, three nodes, everything else as a cluster has it. */
    public static final JarborSettings DEFAULT = new JarborSettings(
            nodes(3),
            RuntimeConfig.DEFAULT,
            AdmissionSettings.DEFAULT,
            FeatureGates.DEFAULT,
            true,
            false,
            TimeMode.REAL,
            SimulatedRuntime.EPOCH,
            1,
            Duration.ofMillis(25),
            Duration.ofMinutes(20));

    public JarborSettings {
        nodes = List.copyOf(nodes);
        if (nodes.stream().map(SimulatedNode::name).distinct().count() < nodes.size()) {
            throw new IllegalArgumentException("two nodes have one name");
        }
    }

    private static List<SimulatedNode> nodes(int count) {
        return IntStream.range(0, count)
                .mapToObj(index -> SimulatedNode.named("node-" + index))
                .toList();
    }

    /** With that many nodes, called {@code node-0} and so on. */
    public JarborSettings withNodes(int count) {
        return withNodes(nodes(count));
    }

    public JarborSettings withNodes(List<SimulatedNode> other) {
        return new JarborSettings(other, apis, admission, features, rbac, metrics, mode, start, seed, patience, pace);
    }

    /** With each node changed, such as {@code node -> node.inZone("a")}. */
    public JarborSettings withEachNode(UnaryOperator<SimulatedNode> change) {
        return withNodes(nodes.stream().map(change).toList());
    }

    /** With what {@code --runtime-config} takes, such as {@code api/all=true}. */
    public JarborSettings serving(String... versions) {
        return new JarborSettings(
                nodes,
                RuntimeConfig.parse(List.of(versions)),
                admission,
                features,
                rbac,
                metrics,
                mode,
                start,
                seed,
                patience,
                pace);
    }

    public JarborSettings withAdmission(AdmissionSettings other) {
        return new JarborSettings(nodes, apis, other, features, rbac, metrics, mode, start, seed, patience, pace);
    }

    public JarborSettings withFeatures(FeatureGates other) {
        return new JarborSettings(nodes, apis, admission, other, rbac, metrics, mode, start, seed, patience, pace);
    }

    public JarborSettings withRbac(boolean on) {
        return new JarborSettings(nodes, apis, admission, features, on, metrics, mode, start, seed, patience, pace);
    }

    /** With {@code metrics.k8s.io}; pods use half of what they ask for. */
    public JarborSettings withMetrics() {
        return new JarborSettings(nodes, apis, admission, features, rbac, true, mode, start, seed, patience, pace);
    }

    public JarborSettings withTime(TimeMode other) {
        return new JarborSettings(nodes, apis, admission, features, rbac, metrics, other, start, seed, patience, pace);
    }

    public JarborSettings withStart(Instant other) {
        return new JarborSettings(nodes, apis, admission, features, rbac, metrics, mode, other, seed, patience, pace);
    }

    public JarborSettings withSeed(long other) {
        return new JarborSettings(nodes, apis, admission, features, rbac, metrics, mode, start, other, patience, pace);
    }

    public JarborSettings withPatience(Duration other) {
        return new JarborSettings(nodes, apis, admission, features, rbac, metrics, mode, start, seed, other, pace);
    }

    public JarborSettings withPace(Duration other) {
        return new JarborSettings(nodes, apis, admission, features, rbac, metrics, mode, start, seed, patience, other);
    }
}
