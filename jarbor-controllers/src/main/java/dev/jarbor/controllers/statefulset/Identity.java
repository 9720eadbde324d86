package dev.jarbor.controllers.statefulset;

import dev.jarbor.api.apps.v1.StatefulSet;
import dev.jarbor.api.core.v1.PersistentVolumeClaim;
import dev.jarbor.api.core.v1.PersistentVolumeClaimVolumeSource;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.PodTemplateSpec;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.controllers.common.Ownership;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What a pod of a StatefulSet is by its ordinal: its name, its host name, its labels and its claims. All of it follows from
 * the set and the ordinal, so a pod that is replaced finds what its predecessor had.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#pod-identity">Pod Identity</a>
 */
final class Identity {
    /** The name of the revision that a pod was made from. */
    static final String REVISION = "controller-revision-hash";

    static final String POD_NAME = "statefulset.kubernetes.io/pod-name";
    static final String POD_INDEX = "apps.kubernetes.io/pod-index";

    private Identity() {}

    static String podName(StatefulSet set, int ordinal) {
        return set.name() + "-" + ordinal;
    }

    /** The ordinal in a pod's name; empty for a name that is none of {@code set}. */
    static OptionalInt ordinal(StatefulSet set, Pod pod) {
        String prefix = set.name() + "-";
        String digits = pod.name().startsWith(prefix) ? pod.name().substring(prefix.length()) : "";
        boolean number = !digits.isEmpty()
                && digits.length() < 10
                && digits.chars().allMatch(digit -> digit >= '0' && digit <= '9')
                && (digits.equals("0") || digits.charAt(0) != '0');
        return number ? OptionalInt.of(Integer.parseInt(digits)) : OptionalInt.empty();
    }

    static String revisionOf(Pod pod) {
        return pod.metadata().labels().getOrDefault(REVISION, "");
    }

    /** The pod of that ordinal as {@code template} has it, which is of the revision of that name. */
    static Pod pod(StatefulSet set, PodTemplateSpec template, String revision, int ordinal) {
        ObjectMeta metadata = ObjectMeta.EMPTY
                .withName(podName(set, ordinal))
                .withLabels(template.metadata().labels())
                .withAnnotations(template.metadata().annotations())
                .withFinalizers(template.metadata().finalizers());
        Pod pod = Pod.EMPTY
                .withMetadata(Ownership.controlled(metadata, StatefulSet.KIND, set))
                .withSpec(template.spec()
                        .withHostname(podName(set, ordinal))
                        .withSubdomain(set.spec().serviceName()));
        return asserted(set, labelled(pod, REVISION, revision), ordinal);
    }

    /** {@code pod} with the labels and volumes that make its identity; the same where it has them. */
    static Pod asserted(StatefulSet set, Pod pod, int ordinal) {
        Pod named = labelled(pod, POD_NAME, podName(set, ordinal));
        Pod indexed = labelled(named, POD_INDEX, Integer.toString(ordinal));
        return indexed.withSpec(withClaims(set, indexed.spec(), ordinal));
    }

    private static Pod labelled(Pod pod, String label, String value) {
        var labels = new TreeMap<>(pod.metadata().labels());
        return value.equals(labels.put(label, value))
                ? pod
                : pod.withMetadata(pod.metadata().withLabels(labels));
    }

    private static PodSpec withClaims(StatefulSet set, PodSpec spec, int ordinal) {
        var volumes = new ArrayList<Volume>();
        List<PersistentVolumeClaim> templates = set.spec().volumeClaimTemplates();
        for (PersistentVolumeClaim template : templates) {
            volumes.add(Volume.EMPTY
                    .withName(template.name())
                    .withPersistentVolumeClaim(
                            PersistentVolumeClaimVolumeSource.EMPTY.withClaimName(claimName(set, template, ordinal))));
        }
        List<String> own = templates.stream().map(PersistentVolumeClaim::name).toList();
        spec.volumes().stream().filter(volume -> !own.contains(volume.name())).forEach(volumes::add);
        return sameVolumes(volumes, spec.volumes()) ? spec : spec.withVolumes(volumes);
    }

    private static boolean sameVolumes(List<Volume> wanted, List<Volume> present) {
        return wanted.size() == present.size()
                && wanted.stream()
                        .allMatch(volume -> present.stream()
                                .anyMatch(other -> other.name().equals(volume.name())
                                        && other.persistentVolumeClaim()
                                                .claimName()
                                                .equals(volume.persistentVolumeClaim()
                                                        .claimName())));
    }

    private static String claimName(StatefulSet set, PersistentVolumeClaim template, int ordinal) {
        return template.name() + "-" + podName(set, ordinal);
    }

    /** The claims of the pod of that ordinal, as they are made. */
    static List<PersistentVolumeClaim> claims(StatefulSet set, int ordinal) {
        var claims = new ArrayList<PersistentVolumeClaim>();
        for (PersistentVolumeClaim template : set.spec().volumeClaimTemplates()) {
            var labels = new TreeMap<>(template.metadata().labels());
            labels.putAll(set.spec().selector().matchLabels());
            claims.add(PersistentVolumeClaim.EMPTY
                    .withMetadata(ObjectMeta.EMPTY
                            .withName(claimName(set, template, ordinal))
                            .withNamespace(set.namespace())
                            .withLabels(labels)
                            .withAnnotations(template.metadata().annotations()))
                    .withSpec(template.spec()));
        }
        return List.copyOf(claims);
    }
}
