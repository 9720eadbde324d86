package dev.jarbor.controllers.garbage;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.meta.v1.OwnerReference;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.client.Change;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;

/**
 * Who owns whom, over all kinds: no graph of its own, but two indexes on the informers, which share their objects with
 * everything else that reads them.
 */
final class OwnerGraph {
    private static final String BY_OWNER = "owner";
    private static final String BY_UID = "uid";

    /** By {@link ServedKind#name()}. */
    private final Map<String, Informer<GenericObject>> informers = new ConcurrentSkipListMap<>();

    private final Map<String, ServedKind> kinds = new ConcurrentSkipListMap<>();

    private final BiConsumer<Kind<GenericObject>, Change<GenericObject>> listener;

    /** One object of one kind. */
    record Item(Kind<GenericObject> kind, ObjectKey key) {}

    OwnerGraph(
            Informers shared,
            List<ResourceDefinition> resources,
            BiConsumer<Kind<GenericObject>, Change<GenericObject>> listener) {
        this.listener = listener;
        List<ResourceDefinition> stableFirst = resources.stream()
                .sorted(Comparator.comparing((ResourceDefinition resource) -> !resource.isStable()))
                .toList();
        List<Informer<GenericObject>> all = ServedKind.among(stableFirst).values().stream()
                .map(served -> indexed(served, shared.of(served.kind())))
                .toList();
        all.forEach(this::listen);
    }

    /** Takes in a kind that appeared later, with an informer of its own, or that is now served in other versions too. */
    void add(ServedKind served, Informer<GenericObject> informer) {
        if (informer.equals(informers.get(served.name()))) {
            kinds.put(served.name(), served);
        } else {
            listen(indexed(served, informer));
        }
    }

    /** Forgets a kind that is no longer served. */
    void remove(String name) {
        kinds.remove(name);
        informers.remove(name);
    }

    private Informer<GenericObject> indexed(ServedKind served, Informer<GenericObject> informer) {
        informer.index(BY_OWNER, OwnerGraph::owners)
                .index(BY_UID, object -> List.of(object.metadata().uid()));
        informers.put(served.name(), informer);
        kinds.put(served.name(), served);
        return informer;
    }

    /** Asked for every change of everything: most have no owner or one. */
    private static List<String> owners(GenericObject object) {
        List<OwnerReference> references = object.metadata().ownerReferences();
        return switch (references.size()) {
            case 0 -> List.of();
            case 1 -> List.of(references.getFirst().uid());
            default -> references.stream().map(OwnerReference::uid).toList();
        };
    }

    private void listen(Informer<GenericObject> informer) {
        informer.onChange(change -> listener.accept(informer.kind(), change));
    }

    /** Everything that names an owner of {@code kind}. */
    List<Item> ownedBy(Kind<GenericObject> kind) {
        var owned = new ArrayList<Item>();
        for (Informer<GenericObject> informer : informers.values()) {
            for (GenericObject object : informer.list()) {
                boolean names = object.metadata().ownerReferences().stream()
                        .anyMatch(reference ->
                                kind(reference).filter(kind::equals).isPresent());
                if (names) {
                    owned.add(new Item(informer.kind(), object.key()));
                }
            }
        }
        return owned;
    }

    /** The kind that {@code reference} names; empty for one that is not served, or not in that version. */
    Optional<Kind<GenericObject>> kind(OwnerReference reference) {
        return informer(reference).map(Informer::kind);
    }

    private Optional<Informer<GenericObject>> informer(OwnerReference reference) {
        int slash = reference.apiVersion().indexOf('/');
        String group = slash < 0 ? "" : reference.apiVersion().substring(0, slash);
        String name = ServedKind.name(group, reference.kind());
        return Optional.ofNullable(kinds.get(name))
                .filter(served ->
                        served.versions().contains(reference.apiVersion().substring(slash + 1)))
                .flatMap(served -> Optional.ofNullable(informers.get(name)));
    }

    /** The object as the copy shows it. */
    Optional<GenericObject> get(Item item) {
        return Optional.ofNullable(informers.get(
                        ServedKind.name(item.kind().group(), item.kind().name())))
                .flatMap(informer -> informer.get(item.key()));
    }

    /** The owner that {@code reference} names from within {@code namespace}, as far as the copy knows it. */
    Optional<GenericObject> owner(OwnerReference reference, String namespace) {
        return informer(reference)
                .flatMap(informer ->
                        informer.get(new ObjectKey(informer.kind().namespaced() ? namespace : "", reference.name())))
                .filter(owner -> owner.metadata().uid().equals(reference.uid()));
    }

    /** The object with the uid that {@code reference} names, wherever and of whatever kind it is. */
    Optional<GenericObject> elsewhere(OwnerReference reference) {
        return informers.values().stream()
                .flatMap(informer -> informer.by(BY_UID, reference.uid()).stream())
                .findFirst();
    }

    boolean hasDependents(String uid) {
        return informers.values().stream()
                .anyMatch(informer -> !informer.by(BY_OWNER, uid).isEmpty());
    }

    /** Everything that names {@code uid} as an owner, kind by kind in key order. */
    List<Dependent> dependents(String uid) {
        var dependents = new ArrayList<Dependent>();
        informers
                .values()
                .forEach(informer -> informer.by(BY_OWNER, uid)
                        .forEach(object ->
                                dependents.add(new Dependent(new Item(informer.kind(), object.key()), object))));
        return dependents;
    }

    /** An object that has an owner. */
    record Dependent(Item item, GenericObject object) {
        /** Whether its owner, when deleted in the foreground, waits for it. */
        boolean blocks(String owner) {
            return object.metadata().ownerReferences().stream()
                    .anyMatch(reference -> reference.uid().equals(owner) && reference.blockOwnerDeletion());
        }
    }
}
