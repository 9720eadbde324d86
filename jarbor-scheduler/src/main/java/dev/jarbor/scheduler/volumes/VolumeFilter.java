package dev.jarbor.scheduler.volumes;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.TopologySelectorTerm;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.scheduling.PodClaims;
import dev.jarbor.api.scheduling.VolumeMatch;
import dev.jarbor.api.storage.v1.StorageClass;
import dev.jarbor.scheduler.cluster.ClusterState;
import dev.jarbor.scheduler.cluster.Demand;
import dev.jarbor.scheduler.cluster.VolumeCatalog;
import dev.jarbor.scheduler.plugins.Filter;
import dev.jarbor.scheduler.plugins.Obstacle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * On which nodes a pod finds its volumes: those that are bound must be in reach, those that waited for it must be there or
 * be made there. Pure.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/storage-classes/#volume-binding-mode">Volume binding mode</a>
 */
public final class VolumeFilter {
    private static final Obstacle OUT_OF_REACH =
            new Obstacle("node(s) didn't match PersistentVolume's node affinity", false);
    private static final Obstacle GONE =
            new Obstacle("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)", false);
    private static final Obstacle NONE_FREE =
            new Obstacle("node(s) didn't find available persistent volumes to bind", false);

    private VolumeFilter() {}

    public static Filter.Check filter(Pod pod, Demand demand, ClusterState cluster) {
        VolumeCatalog catalog = cluster.volumes();
        if (PodClaims.keys(pod).isEmpty() || catalog.equals(VolumeCatalog.UNKNOWN)) {
            return Filter.Check.ANY_NODE;
        }
        for (Volume volume : pod.spec().volumes()) {
            Optional<String> trouble = PodClaims.of(pod, volume)
                    .flatMap(name -> trouble(pod, volume, new ObjectKey(pod.namespace(), name), catalog));
            if (trouble.isPresent()) {
                return new Filter.Rejection(trouble.get());
            }
        }
        List<PersistentVolumeClaim> claims = claims(pod, catalog);
        boolean unbound =
                claims.stream().anyMatch(claim -> !VolumeMatch.isFullyBound(claim) && !isDelayed(claim, catalog));
        return unbound
                ? new Filter.Rejection("pod has unbound immediate PersistentVolumeClaims")
                : node -> obstacles(claims, node.node(), catalog);
    }

    private static Optional<String> trouble(Pod pod, Volume volume, ObjectKey key, VolumeCatalog catalog) {
        Optional<PersistentVolumeClaim> found = catalog.claim(key);
        String quoted = "persistentvolumeclaim \"" + key.name() + "\"";
        if (found.isEmpty()) {
            return Optional.of(
                    volume.hasEphemeral()
                            ? "waiting for ephemeral volume controller to create the " + quoted
                            : quoted + " not found");
        }
        PersistentVolumeClaim claim = found.get();
        if (claim.status().phase().equals("Lost")) {
            return Optional.of(quoted + " bound to non-existent persistentvolume \""
                    + claim.spec().volumeName() + "\"");
        }
        if (claim.metadata().hasDeletionTimestamp()) {
            return Optional.of(quoted + " is being deleted");
        }
        return volume.hasEphemeral() && !PodClaims.isMadeFor(pod, claim)
                ? Optional.of(PodClaims.notOwner(pod, claim))
                : Optional.empty();
    }

    private static List<PersistentVolumeClaim> claims(Pod pod, VolumeCatalog catalog) {
        return PodClaims.keys(pod).stream()
                .flatMap(key -> catalog.claim(key).stream())
                .toList();
    }

    /** One that its user bound to a volume is not left to the scheduler, whatever its class says. */
    private static boolean isDelayed(PersistentVolumeClaim claim, VolumeCatalog catalog) {
        return claim.spec().volumeName().isEmpty()
                && catalog.storageClass(VolumeMatch.classOf(claim))
                        .filter(one -> one.volumeBindingMode().equals("WaitForFirstConsumer"))
                        .isPresent();
    }

    private static List<Obstacle> obstacles(List<PersistentVolumeClaim> claims, Node node, VolumeCatalog catalog) {
        var obstacles = new ArrayList<Obstacle>();
        for (PersistentVolumeClaim claim : claims) {
            if (VolumeMatch.isFullyBound(claim)) {
                Optional<PersistentVolume> volume = catalog.volume(claim.spec().volumeName());
                if (volume.isEmpty()) {
                    return List.of(GONE);
                }
                if (!VolumeMatch.reaches(catalog.seenFrom(node.name(), volume.get()), node)) {
                    obstacles.add(OUT_OF_REACH);
                    break;
                }
            }
        }
        if (plan(claims, node, catalog).isEmpty()) {
            obstacles.add(NONE_FREE);
        }
        return obstacles;
    }

    /** How the pod gets its volumes on {@code node}, which the filter has let pass. */
    public static VolumePlan plan(Pod pod, Node node, VolumeCatalog catalog) {
        return plan(claims(pod, catalog), node, catalog).orElse(VolumePlan.NOTHING);
    }

    /** The smallest claims choose first; empty where one of them finds nothing. */
    private static Optional<VolumePlan> plan(List<PersistentVolumeClaim> claims, Node node, VolumeCatalog catalog) {
        List<PersistentVolumeClaim> waiting = claims.stream()
                .filter(claim -> !VolumeMatch.isFullyBound(claim))
                .sorted(Comparator.comparing(VolumeMatch::request))
                .toList();
        var bindings = new ArrayList<VolumePlan.Pair>();
        var provisions = new ArrayList<PersistentVolumeClaim>();
        var taken = new TreeSet<String>();
        for (PersistentVolumeClaim claim : waiting) {
            String chosen = claim.metadata().annotations().getOrDefault(VolumeMatch.SELECTED_NODE, "");
            if (!chosen.isEmpty() && !chosen.equals(node.name())) {
                return Optional.empty();
            }
            Optional<PersistentVolume> free = chosen.isEmpty()
                    ? VolumeMatch.best(
                            claim,
                            catalog.candidates(claim).stream()
                                    .filter(volume -> !taken.contains(volume.name()))
                                    .toList(),
                            node)
                    : Optional.empty();
            if (free.isPresent()) {
                taken.add(free.get().name());
                bindings.add(new VolumePlan.Pair(claim, free.get()));
            } else if (canBeMade(claim, node, catalog)) {
                provisions.add(claim);
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new VolumePlan(bindings, provisions));
    }

    private static boolean canBeMade(PersistentVolumeClaim claim, Node node, VolumeCatalog catalog) {
        return catalog.storageClass(VolumeMatch.classOf(claim))
                .filter(one -> !one.provisioner().equals(VolumeMatch.NO_PROVISIONER))
                .filter(one -> isAllowed(one, node))
                .isPresent();
    }

    private static boolean isAllowed(StorageClass storageClass, Node node) {
        List<TopologySelectorTerm> terms = storageClass.allowedTopologies();
        return terms.isEmpty()
                || terms.stream()
                        .anyMatch(term -> term.matchLabelExpressions().stream()
                                .allMatch(one -> one.values()
                                        .contains(node.metadata().labels().getOrDefault(one.key(), ""))));
    }
}
