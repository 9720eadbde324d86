package dev.jarbor.client;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.runtime.Runtime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;

/** {@link Informers} over any {@link Api}, on any runtime. */
public final class SharedInformers implements Informers {
    private final Api api;
    private final Runtime runtime;
    private final String since;
    private final KnownObjects known;
    private final Map<Scope, Shared<?>> shared = new LinkedHashMap<>();
    /** The same in the order in which they were asked for. */
    private final List<SharedInformer<?>> asked = new ArrayList<>();

    /** How many of those are synced before the first that is not. */
    private int synced;

    /** In the order of what they wait for. */
    private final Deque<Waiting> waiting = new ArrayDeque<>();

    private boolean started;
    private boolean closed;

    public SharedInformers(Api api, Runtime runtime) {
        this(api, runtime, "0");
    }

    /** @param since the resource version that everything they tell is at least from: they see all that happened before */
    public SharedInformers(Api api, Runtime runtime, String since) {
        this(api, runtime, since, KnownObjects.NONE);
    }

    /** @param known what they begin with, instead of a list, where they are about all objects of a kind */
    public SharedInformers(Api api, Runtime runtime, KnownObjects known) {
        this(api, runtime, "0", known);
    }

    private SharedInformers(Api api, Runtime runtime, String since, KnownObjects known) {
        this.api = api;
        this.runtime = runtime;
        this.since = since;
        this.known = known;
    }

    @Override
    public <T extends KubeObject> Informer<T> of(Kind<T> kind) {
        return of(kind, "", Query.NONE);
    }

    @Override
    public <T extends KubeObject> Informer<T> of(Kind<T> kind, String namespace, Query query) {
        Shared<?> found;
        boolean startNow = false;
        synchronized (this) {
            var scope = new Scope(kind, namespace, query);
            Shared<?> known = shared.get(scope);
            if (known == null) {
                known = begin(kind, namespace, query);
                shared.put(scope, known);
                asked.add(known.informer);
                startNow = started && !closed;
            }
            found = known;
        }
        if (startNow) {
            found.reflector.start();
        }
        return seenAs(kind, found.informer);
    }

    private <T extends KubeObject> Shared<T> begin(Kind<T> kind, String namespace, Query query) {
        var turns = new Turns("informer " + kind.resource(), runtime);
        var informer = new SharedInformer<>(kind, runtime, turns);
        var reflector = new Reflector<>(api, runtime, informer, namespace, query, since, turns, this::tellWaiting);
        if (namespace.isEmpty() && query.equals(Query.NONE)) {
            known.of(kind).ifPresent(objects -> reflector.beginWith(objects, known.version()));
        }
        return new Shared<>(informer, reflector);
    }

    /**
     * What they hold of kinds that they are about all objects of.
     *
     * @param version the resource version that they are at
     * @param current whether the objects, in key order, are all that there are of the kind at that version
     */
    public synchronized KnownObjects known(
            String version, BiPredicate<Kind<?>, Collection<? extends KubeObject>> current) {
        var held = new HashMap<Kind<?>, KnownObjects.Held<?>>();
        shared.forEach((scope, each) -> {
            if (scope.namespace().isEmpty() && scope.query().equals(Query.NONE) && each.informer.synced()) {
                KnownObjects.Held<?> objects = each.informer.held();
                if (current.test(scope.kind(), objects.objects().values())) {
                    held.put(scope.kind(), objects);
                }
            }
        });
        return new KnownObjects(version, held);
    }

    /** Kinds are equal by name, so the informer may have been made for another view of the same objects. */
    @SuppressWarnings("unchecked") // the same view makes the same T
    private static <T extends KubeObject> Informer<T> seenAs(Kind<T> kind, Informer<?> informer) {
        return informer.kind().view().equals(kind.view())
                ? (Informer<T>) informer
                : new ViewedInformer<>(kind, informer);
    }

    @Override
    public void start() {
        List<Shared<?>> all;
        synchronized (this) {
            if (started || closed) {
                return;
            }
            started = true;
            all = List.copyOf(shared.values());
        }
        all.forEach(each -> each.reflector.start());
    }

    @Override
    public synchronized boolean synced() {
        return shared.values().stream().allMatch(each -> each.informer.synced());
    }

    @Override
    public void whenSynced(Runnable task) {
        synchronized (this) {
            waiting.add(new Waiting(asked.size(), task));
        }
        tellWaiting();
    }

    private void tellWaiting() {
        var ready = new ArrayList<Runnable>();
        synchronized (this) {
            while (synced < asked.size() && asked.get(synced).synced()) {
                synced++;
            }
            for (Waiting next = waiting.peek(); next != null && next.informers <= synced; next = waiting.peek()) {
                ready.add(waiting.remove().task);
            }
        }
        ready.forEach(task -> runtime.execute("informers synced", task));
    }

    @Override
    public void close() {
        List<Shared<?>> all;
        synchronized (this) {
            closed = true;
            waiting.clear();
            all = List.copyOf(shared.values());
        }
        all.forEach(each -> each.reflector.close());
    }

    private record Scope(Kind<?> kind, String namespace, Query query) {}

    private record Shared<T extends KubeObject>(SharedInformer<T> informer, Reflector<T> reflector) {}

    /** @param informers how many of those asked for, from the first on, must be synced */
    private record Waiting(int informers, Runnable task) {}

    /** The objects of an informer under another view. */
    private record ViewedInformer<S extends KubeObject, T extends KubeObject>(Kind<T> kind, Informer<S> source)
            implements Informer<T> {
        @Override
        public boolean synced() {
            return source.synced();
        }

        @Override
        public Optional<T> get(ObjectKey key) {
            return source.get(key).map(this::view);
        }

        @Override
        public List<T> list() {
            return views(source.list());
        }

        @Override
        public List<T> list(String namespace) {
            return views(source.list(namespace));
        }

        @Override
        public List<T> by(String name, String value) {
            return views(source.by(name, value));
        }

        @Override
        public Informer<T> index(String name, Function<T, List<String>> values) {
            source.index(name, object -> values.apply(view(object)));
            return this;
        }

        @Override
        public Informer<T> onChange(Consumer<Change<T>> listener) {
            source.onChange(change -> listener.accept(
                    switch (change) {
                        case Change.Added<S> added -> new Change.Added<>(view(added.object()));
                        case Change.Updated<S> updated ->
                            new Change.Updated<>(view(updated.before()), view(updated.object()));
                        case Change.Deleted<S> deleted -> new Change.Deleted<>(view(deleted.object()));
                    }));
            return this;
        }

        private T view(S object) {
            return kind.read(object.value());
        }

        private List<T> views(List<S> objects) {
            return objects.stream().map(this::view).toList();
        }
    }
}
