package dev.jarbor.api.quota;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.value.ObjectValue;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** PersistentVolumeClaims and the storage they ask for, altogether and by storage class. */
record ClaimEvaluator() implements Evaluator {
    private static final String CLAIMS = "persistentvolumeclaims";
    private static final String STORAGE = "requests.storage";
    private static final Set<String> NAMES = Set.of("count/" + CLAIMS, CLAIMS, STORAGE);
    private static final String BY_CLASS = ".storageclass.storage.k8s.io/";
    private static final String OLD_CLASS = "volume.beta.kubernetes.io/storage-class";

    @Override
    public List<String> tracked(Collection<String> hard) {
        return hard.stream().filter(ClaimEvaluator::isTracked).toList();
    }

    static boolean isTracked(String name) {
        return NAMES.contains(name) || name.endsWith(BY_CLASS + CLAIMS) || name.endsWith(BY_CLASS + STORAGE);
    }

    @Override
    public boolean countsUpdates() {
        return true;
    }

    @Override
    public Usage usage(ObjectValue claim, Instant now) {
        Usage usage = Usage.of("count/" + CLAIMS, 1).plus(Usage.of(CLAIMS, 1));
        String storageClass = storageClass(claim);
        if (!storageClass.isEmpty()) {
            usage = usage.plus(Usage.of(storageClass + BY_CLASS + CLAIMS, 1));
        }
        ObjectValue requests = claim.object("spec").object("resources").object("requests");
        if (!requests.has("storage")) {
            return usage;
        }
        // A claim that was asked to shrink after a failed expansion still holds what was set aside for that.
        Quantity held = Quantity.read(
                claim.object("status").object("allocatedResources").valueOrNull("storage"));
        Quantity storage = Quantity.read(requests.valueOrNull("storage")).max(held);
        usage = usage.with(STORAGE, storage);
        return storageClass.isEmpty() ? usage : usage.with(storageClass + BY_CLASS + STORAGE, storage);
    }

    private static String storageClass(ObjectValue claim) {
        String old = claim.object("metadata").object("annotations").string(OLD_CLASS);
        return old.isEmpty() ? claim.object("spec").string("storageClassName") : old;
    }

    @Override
    public boolean isWithin(Scope scope, ObjectValue claim) {
        if (!scope.name().equals("VolumeAttributesClass")) {
            return false;
        }
        var classes = new TreeSet<String>();
        classes.add(claim.object("spec").string("volumeAttributesClassName"));
        classes.add(claim.object("status").string("currentVolumeAttributesClassName"));
        classes.add(claim.object("status").object("modifyVolumeStatus").string("targetVolumeAttributesClassName"));
        classes.remove("");
        return classes.isEmpty() ? scope.admits("") : classes.stream().anyMatch(scope::admits);
    }
}
