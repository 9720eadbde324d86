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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.BiConsumer;

/**
 * Who owns whom, over all kinds: no graph of its own, but two indexes on the informers, which share their objects with
 * everything else that reads them.
 */
final class OwnerGraph {
    private static final String BY_OWNER = "owner";
    private static final String BY_UID = "uid";

    /** By group and kind's name: references may name any served version of their owner. */
    private final Map<String, Informer<GenericObject>> informers = new ConcurrentSkipListMap<>();

    private final BiConsumer<Kind<GenericObject>, Change<GenericObject>> listener;

    /** One object of one kind. */
    record Item(Kind<GenericObject> kind, ObjectKey key) {}

    OwnerGraph(
            Informers shared,
            List<ResourceDefinition> resources,
            BiConsumer<Kind<GenericObject>, Change<GenericObject>> listener) {
        this.listener = listener;
        List<Informer<GenericObject>> all =
                kinds(resources).stream().map(kind -> indexed(shared.of(kind))).toList();
        all.forEach(this::listen);
    }

    /** Takes in a kind that appeared later, with an informer of its own. */
    void add(Informer<GenericObject> informer) {
        listen(indexed(informer));
    }

    /** Forgets a kind that is no longer served. */
    void remove(Kind<GenericObject> kind) {
        informers.remove(name(kind.group(), kind.name()));
    }

    private Informer<GenericObject> indexed(Informer<GenericObject> informer) {
        informer.index(BY_OWNER, OwnerGraph::owners)
                .index(BY_UID, object -> List.of(object.metadata().uid()));
        informers.put(name(informer.kind().group(), informer.kind().name()), informer);
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

    /** Everything that is stored, once, but events: they come and go by the thousand, and own nothing. */
    private static List<Kind<GenericObject>> kinds(List<ResourceDefinition> resources) {
        var kinds = new TreeMap<String, ResourceDefinition>();
        resources.stream()
                .filter(resource -> resource.verbs().contains("list")
                        && resource.verbs().contains("watch")
                        && resource.verbs().contains("delete"))
                .filter(resource -> !resource.plural().equals("events"))
                .forEach(resource -> kinds.merge(
                        name(resource.group(), resource.kind()),
                        resource,
                        (one, other) -> one.isStable() || !other.isStable() ? one : other));
        return kinds.values().stream()
                .map(resource -> Kind.generic(
                        resource.group(),
                        resource.version(),
                        resource.kind(),
                        resource.plural(),
                        resource.namespaced()))
                .toList();
    }

    private static String name(String group, String kind) {
        return kind + "." + group;
    }

    /** The kind that {@code reference} names; empty for one that is not served. */
    Optional<Kind<GenericObject>> kind(OwnerReference reference) {
        return informer(reference).map(Informer::kind);
    }

    private Optional<Informer<GenericObject>> informer(OwnerReference reference) {
        int slash = reference.apiVersion().indexOf('/');
        String group = slash < 0 ? "" : reference.apiVersion().substring(0, slash);
        return Optional.ofNullable(informers.get(name(group, reference.kind())));
    }

    /** The object as the copy shows it. */
    Optional<GenericObject> get(Item item) {
        return Optional.ofNullable(
                        informers.get(name(item.kind().group(), item.kind().name())))
                .flatMap(informer -> informer.get(item.key()));
    }

    /** The owner that {@code reference} names from within {@code namespace}, as far as the copy knows it. */
    Optional<GenericObject> owner(OwnerReference reference, String namespace) {
        return informer(reference)
                .flatMap(informer ->
                        informer.get(new ObjectKey(informer.kind().namespaced() ? namespace : "", reference.name())))
                .filter(owner -> owner.metadata().uid().equals(reference.uid()));
    }

    /** Where the object with the uid that {@code reference} names is, if it is of that kind anywhere. */
    Optional<GenericObject> elsewhere(OwnerReference reference) {
        return informer(reference)
                .flatMap(informer ->
                        informer.by(BY_UID, reference.uid()).stream().findFirst());
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
