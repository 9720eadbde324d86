package dev.jarbor.controllers.garbage;

import dev.jarbor.client.Api;
import dev.jarbor.client.Informers;
import dev.jarbor.client.SharedInformers;
import dev.jarbor.controllers.garbage.OwnerGraph.Item;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The kinds in the {@link OwnerGraph} that come and go while the cluster runs. Each has informers of its own, which end with
 * it, so that one that nobody answers for keeps no other one waiting.
 */
final class FollowedKinds implements AutoCloseable {
    /** How long the reference gives a new kind before it counts that as an error. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Api api;
    private final Runtime runtime;
    private final Supplier<OwnerGraph> graph;
    private final Consumer<Item> suspects;
    private final Runnable late;
    private final Map<String, Followed> followed = new ConcurrentSkipListMap<>();
    private volatile boolean closed;

    /** @param origin tells a kind from another one of its name that was there before */
    private record Followed(String origin, ServedKind served, Informers informers) {}

    /**
     * @param suspects takes what has to be judged anew
     * @param late told of each kind whose objects cannot be listed for a long time
     */
    FollowedKinds(Api api, Runtime runtime, Supplier<OwnerGraph> graph, Consumer<Item> suspects, Runnable late) {
        this.api = api;
        this.runtime = runtime;
        this.graph = graph;
        this.suspects = suspects;
        this.late = late;
    }

    /**
     * Follows {@code served}, unless that is done already. One that is to be read in another version than before takes the place
     * of the old one only when its objects are known: nothing seems to have gone meanwhile.
     *
     * @param origin tells it from another kind of its name that was there before, such as a uid
     */
    void follow(ServedKind served, String origin) {
        Optional<Followed> known = Optional.ofNullable(followed.get(served.name()));
        Optional<Followed> same = known.filter(before -> before.origin().equals(origin));
        if (closed || same.filter(before -> before.served().equals(served)).isPresent()) {
            return;
        }
        if (same.filter(before -> before.served().kind().equals(served.kind())).isPresent()) {
            servedAs(served, same.get());
            return;
        }
        var now = new Followed(origin, served, new SharedInformers(api, runtime));
        followed.put(served.name(), now);
        if (same.isEmpty()) {
            show(now);
        }
        now.informers().of(served.kind());
        now.informers().start();
        Runtime.Timer patience =
                runtime.schedule("patience with " + served.name(), PATIENCE, () -> judge(served.name(), now));
        now.informers().whenSynced(() -> {
            patience.cancel();
            if (same.isPresent() && now.equals(followed.get(served.name()))) {
                show(now);
            }
            // References to owners of this kind could not be judged before.
            graph.get().ownedBy(served.kind()).forEach(suspects);
            known.ifPresent(before -> before.informers().close());
        });
    }

    /** The same objects are read in the same version; they may be named in others than before. */
    private void servedAs(ServedKind served, Followed before) {
        var now = new Followed(before.origin(), served, before.informers());
        followed.put(served.name(), now);
        show(now);
        graph.get().ownedBy(served.kind()).forEach(suspects);
    }

    private void show(Followed kind) {
        graph.get().add(kind.served(), kind.informers().of(kind.served().kind()));
    }

    private void judge(String name, Followed kind) {
        if (kind.equals(followed.get(name)) && !kind.informers().synced()) {
            late.run();
        }
    }

    /** Forgets the kind of that name; its objects are neither owners nor owned any more, and nothing else follows from it. */
    void forget(String name) {
        Followed gone = followed.remove(name);
        if (gone != null) {
            graph.get().remove(name);
            gone.informers().close();
        }
    }

    /** The same, unless another kind has taken its place. */
    void forget(String name, String origin) {
        Followed known = followed.get(name);
        if (known != null && known.origin().equals(origin)) {
            forget(name);
        }
    }

    @Override
    public void close() {
        closed = true;
        followed.values().forEach(each -> each.informers().close());
    }
}
