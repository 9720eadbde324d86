package dev.jarbor.controllers.garbage;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.apiextensions.v1.CustomResourceDefinition;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.Informers;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.controllers.common.CustomKinds;
import dev.jarbor.controllers.garbage.OwnerGraph.Item;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps the kinds of custom resources in the {@link OwnerGraph} as their definitions come and go. Each has informers of
 * its own, which end with it.
 */
final class CustomOwners implements AutoCloseable {
    /** How long a kind is remembered after its definition: what its last objects owned is judged in that time. */
    private static final Duration REMEMBERED = Duration.ofSeconds(30);

    private final Api api;
    private final Runtime runtime;
    private final Supplier<OwnerGraph> graph;
    private final Consumer<Item> suspects;
    private final Map<String, Followed> followed = new ConcurrentSkipListMap<>();
    private volatile boolean closed;

    /** A kind that is followed, and the uid of the definition that brought it. */
    private record Followed(String uid, Kind<GenericObject> kind, Informers informers) {}

    /** @param suspects takes what has to be judged anew */
    CustomOwners(Api api, Runtime runtime, Supplier<OwnerGraph> graph, Consumer<Item> suspects) {
        this.api = api;
        this.runtime = runtime;
        this.graph = graph;
        this.suspects = suspects;
    }

    /** Told of each definition, one change at a time. */
    void changed(Change<CustomResourceDefinition> change) {
        CustomResourceDefinition definition = change.object();
        if (change instanceof Change.Deleted<CustomResourceDefinition>) {
            Followed gone = followed.get(definition.name());
            if (gone != null) {
                runtime.schedule("end of " + definition.name(), REMEMBERED, () -> forget(definition.name(), gone));
            }
            return;
        }
        Optional<Kind<GenericObject>> kind = CustomKinds.of(definition);
        if (kind.isPresent()) {
            follow(definition, kind.get());
        }
    }

    private void follow(CustomResourceDefinition definition, Kind<GenericObject> kind) {
        String uid = definition.metadata().uid();
        Followed known = followed.get(definition.name());
        if (closed || (known != null && known.uid().equals(uid) && known.kind().equals(kind))) {
            return;
        }
        if (known != null) {
            known.informers().close();
        }
        var informers = new SharedInformers(api, runtime);
        followed.put(definition.name(), new Followed(uid, kind, informers));
        graph.get().add(informers.of(kind));
        informers.start();
        // References to owners of this kind could not be judged before.
        informers.whenSynced(() -> graph.get().ownedBy(kind).forEach(suspects));
    }

    private void forget(String definition, Followed gone) {
        if (followed.remove(definition, gone)) {
            graph.get().remove(gone.kind());
            gone.informers().close();
        }
    }

    @Override
    public void close() {
        closed = true;
        followed.values().forEach(each -> each.informers().close());
    }
}
