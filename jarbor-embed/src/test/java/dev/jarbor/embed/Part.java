package dev.jarbor.embed;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** What a simulated world may have beside the workloads that each has. */
enum Part {
    DISRUPTION,
    TRAFFIC,
    MIRROR,
    CLAIMS,
    VOLUMES,
    EPHEMERAL,
    NAMESPACES,
    QUOTA,
    CRON_JOBS,
    AUTOSCALER,
    DEVICES,
    TAINTS,
    EXPANSION,
    DEVICE_TAINTS,
    NODE_GROUPS;

    /** Those that {@code -Djarbor.sim.parts} names, such as {@code CLAIMS,QUOTA}; otherwise so many of them. */
    static List<Part> drawn(int count, RandomGenerator chance) {
        String named = System.getProperty("jarbor.sim.parts", "");
        if (!named.isEmpty()) {
            return Stream.of(named.split(",")).map(Part::valueOf).toList();
        }
        var some = new ArrayList<Part>(List.of(values()));
        while (some.size() > count) {
            some.remove(chance.nextInt(some.size()));
        }
        return some;
    }

    /** A cluster in which there is what it needs. */
    JarborSettings in(JarborSettings settings) {
        return switch (this) {
            case AUTOSCALER -> settings.withMetrics();
            case DEVICES -> settings.withEachNode(DeviceSubject::furnish);
            case TAINTS -> settings.withNodes(TaintSubject.with(settings.nodes()));
            case DEVICE_TAINTS -> DeviceTaintSubject.in(settings);
            case DISRUPTION,
                    TRAFFIC,
                    MIRROR,
                    CLAIMS,
                    VOLUMES,
                    EPHEMERAL,
                    NAMESPACES,
                    QUOTA,
                    CRON_JOBS,
                    EXPANSION,
                    NODE_GROUPS -> settings;
        };
    }

    /** @param calm whether only the cluster's own loops end pods */
    Subject subject(Jarbor cluster, boolean calm) {
        return switch (this) {
            case DISRUPTION -> new DisruptionSubject(cluster, calm);
            case TRAFFIC -> new TrafficSubject(cluster);
            case MIRROR -> new MirrorSubject(cluster);
            case CLAIMS -> new ClaimSubject(cluster);
            case VOLUMES -> new VolumeSubject(cluster);
            case EPHEMERAL -> new EphemeralSubject(cluster);
            case NAMESPACES -> new NamespaceSubject(cluster);
            case QUOTA -> new QuotaSubject(cluster);
            case CRON_JOBS -> new CronJobSubject(cluster);
            case AUTOSCALER -> new AutoscalerSubject(cluster);
            case DEVICES -> new DeviceSubject(cluster);
            case TAINTS -> new TaintSubject(cluster);
            case EXPANSION -> new ExpansionSubject(cluster);
            case DEVICE_TAINTS -> new DeviceTaintSubject(cluster);
            case NODE_GROUPS -> new NodeGroupSubject(cluster);
        };
    }
}
