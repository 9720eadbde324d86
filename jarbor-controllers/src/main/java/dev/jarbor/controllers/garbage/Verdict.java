package dev.jarbor.controllers.garbage;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.controllers.common.Ownership;
import java.util.List;
import java.util.Map;

/**
 * What the garbage collector makes of one object, from the object as it is on the server and the state of its owners. An
 * object with an owner that lives is never deleted.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/architecture/garbage-collection/">Garbage Collection</a>
 */
sealed interface Verdict {
    String FOREGROUND = "foregroundDeletion";
    String ORPHAN = "orphan";

    /** How an owner stands. */
    enum Owner {
        /** It lives. */
        SOLID,
        /** There is no way to tell: nobody serves its kind, or none such can own. */
        UNKNOWN,
        /** The server knows no such object. */
        ABSENT,
        /** It is being deleted in the foreground, and waits for its dependents to go first. */
        WAITING
    }

    /** Nothing to do. */
    record Keep() implements Verdict {}

    /** It is being deleted in the foreground: its dependents have to go. */
    record DeleteDependents() implements Verdict {}

    /** It is being deleted and its dependents are to stay: they have to be told. */
    record OrphanDependents() implements Verdict {}

    /** It has an owner that lives; the references to the others are to be removed. */
    record Disown(List<String> uids) implements Verdict {}

    /** It has no owner left. */
    record Delete(String propagation) implements Verdict {}

    Verdict KEEP = new Keep();

    /**
     * @param owners the state of each owner by uid
     * @param hasDependents whether anything names the object as its owner
     */
    static Verdict of(KubeObject object, Map<String, Owner> owners, boolean hasDependents) {
        List<String> finalizers = object.metadata().finalizers();
        if (Ownership.isDeleting(object)) {
            if (finalizers.contains(FOREGROUND)) {
                return new DeleteDependents();
            }
            return finalizers.contains(ORPHAN) ? new OrphanDependents() : KEEP;
        }
        List<String> uids = object.metadata().ownerReferences().stream()
                .map(OwnerReference::uid)
                .toList();
        if (uids.stream().anyMatch(uid -> owners.getOrDefault(uid, Owner.UNKNOWN) == Owner.UNKNOWN)) {
            // Nor is anything said of the other owners then.
            return KEEP;
        }
        List<String> lost =
                uids.stream().filter(uid -> owners.get(uid) != Owner.SOLID).toList();
        if (lost.isEmpty()) {
            return KEEP;
        }
        if (lost.size() < uids.size()) {
            return new Disown(lost);
        }
        boolean awaited = uids.stream().anyMatch(uid -> owners.get(uid) == Owner.WAITING);
        if (awaited && hasDependents) {
            return new Delete("Foreground");
        }
        if (finalizers.contains(ORPHAN)) {
            return new Delete("Orphan");
        }
        return new Delete(finalizers.contains(FOREGROUND) ? "Foreground" : "Background");
    }
}
