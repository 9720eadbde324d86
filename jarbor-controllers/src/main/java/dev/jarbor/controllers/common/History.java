package dev.jarbor.controllers.common;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.apps.v1.ControllerRevision;
import dev.jarbor.api.core.v1.PodTemplateSpec;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The revisions of a DaemonSet's or StatefulSet's pod template, kept as ControllerRevisions: {@code kubectl rollout
 * history} and {@code undo} read them. Their names follow from the template, so a stale copy makes none twice.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/manage-daemon/rollback-daemon-set/">Rollback on a DaemonSet</a>
 */
public final class History<O extends KubeObject> {
    private static final Comparator<ControllerRevision> OLDEST_FIRST = Comparator.comparingLong(
                    ControllerRevision::revision)
            .thenComparing(revision -> revision.metadata().creationTimestamp().orElse(Instant.MAX))
            .thenComparing(ControllerRevision::name);

    private final Api api;
    private final Kind<O> kind;
    private final String hashLabel;
    private final Informer<ControllerRevision> revisions;
    private final Claims<ControllerRevision, O> claims;

    /** @param hashLabel under which a revision carries the hash of its template */
    public History(Api api, Informers informers, Kind<O> kind, String hashLabel) {
        this.api = api;
        this.kind = kind;
        this.hashLabel = hashLabel;
        this.revisions =
                informers.of(ControllerRevision.KIND).index(Ownership.BY_CONTROLLER, Ownership::controllerIndex);
        this.claims = new Claims<>(api, ControllerRevision.KIND, kind);
    }

    /** What an owner's template came to: its revision; empty where the name that follows from it belongs to another. */
    public record Settled(Optional<ControllerRevision> current, List<ControllerRevision> all) {}

    /**
     * The revisions of {@code owner}, among them that of {@code template}: found, raised above all others because it came
     * back, or made.
     *
     * @param collisions how often the name that follows from the template was taken
     */
    public Settled settle(O owner, Selector selector, PodTemplateSpec template, int collisions) {
        List<ControllerRevision> all = new ArrayList<>(of(owner, selector));
        Optional<ControllerRevision> same = all.stream()
                .filter(one -> Templates.same(template(one), template))
                .reduce((first, second) -> second);
        long highest = all.isEmpty() ? 0 : all.getLast().revision();
        if (same.isPresent() && same.get().revision() == highest) {
            return new Settled(same, List.copyOf(all));
        }
        if (same.isPresent()) {
            ControllerRevision raised =
                    api.update(ControllerRevision.KIND, same.get().withRevision(highest + 1));
            all.remove(same.get());
            all.add(raised);
            return new Settled(Optional.of(raised), List.copyOf(all));
        }
        Optional<ControllerRevision> made = create(owner, template, highest + 1, collisions);
        made.ifPresent(all::add);
        return new Settled(made, List.copyOf(all));
    }

    /** The revisions of {@code owner}, oldest first. */
    public List<ControllerRevision> of(O owner, Selector selector) {
        var candidates = new ArrayList<ControllerRevision>(
                revisions.by(Ownership.BY_CONTROLLER, owner.metadata().uid()));
        candidates.addAll(revisions.by(Ownership.BY_CONTROLLER, Ownership.orphansIn(owner.namespace())));
        return claims.settle(owner, selector, candidates).stream()
                .sorted(OLDEST_FIRST)
                .toList();
    }

    /** The hash of the template that {@code revision} keeps. */
    public String hash(ControllerRevision revision) {
        return revision.metadata().labels().getOrDefault(hashLabel, "");
    }

    /** The template that {@code revision} keeps. */
    public static PodTemplateSpec template(ControllerRevision revision) {
        ObjectValue data = revision.data() instanceof ObjectValue object ? object : ObjectValue.EMPTY;
        return new PodTemplateSpec(data.object("spec").object("template").without("$patch"));
    }

    private Optional<ControllerRevision> create(O owner, PodTemplateSpec template, long number, int collisions) {
        String hash = Templates.hash(template, collisions);
        var labels = new TreeMap<>(template.metadata().labels());
        labels.put(hashLabel, hash);
        ObjectMeta metadata = ObjectMeta.EMPTY
                .withName(owner.name() + "-" + hash)
                .withLabels(Map.copyOf(labels))
                .withAnnotations(annotations(owner));
        ObjectValue data = ObjectValue.of(
                "spec", ObjectValue.of("template", template.value().with("$patch", "replace")));
        ControllerRevision wanted = ControllerRevision.EMPTY
                .withMetadata(Ownership.controlled(metadata, kind, owner))
                .withData(data)
                .withRevision(number);
        try {
            return Optional.of(api.create(ControllerRevision.KIND, wanted));
        } catch (ApiException refused) {
            if (!refused.isAlreadyExists()) {
                throw refused;
            }
            // Ours, which the copy does not show yet, or somebody else's.
            return api.find(ControllerRevision.KIND, new ObjectKey(owner.namespace(), wanted.name()))
                    .filter(live -> Ownership.isControlledBy(live, owner))
                    .filter(live -> Templates.same(template(live), template));
        }
    }

    private static Map<String, String> annotations(KubeObject owner) {
        var annotations = new TreeMap<>(owner.metadata().annotations());
        annotations.remove("kubectl.kubernetes.io/last-applied-configuration");
        return Map.copyOf(annotations);
    }

    /** Deletes the oldest revisions beyond {@code limit} of those that are not named in {@code live}. */
    public void truncate(List<ControllerRevision> all, Set<String> live, int limit) {
        List<ControllerRevision> old =
                all.stream().filter(one -> !live.contains(one.name())).toList();
        for (ControllerRevision one : old.subList(0, Math.max(0, old.size() - limit))) {
            try {
                api.delete(
                        ControllerRevision.KIND,
                        one.key(),
                        DeleteOptions.NONE.ifUid(one.metadata().uid()));
            } catch (ApiException refused) {
                if (!refused.isNotFound() && !refused.isConflict()) {
                    throw refused;
                }
            }
        }
    }
}
