package dev.jarbor.server.aggregation;

import dev.jarbor.api.Fields;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.ResourceList;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.client.WatchListener;
import dev.jarbor.client.http.WatchStream;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.discovery.Priorities;
import dev.jarbor.server.outbound.ServiceResolver;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The aggregation layer: which versions of which groups other servers answer for, and whether they do. Looks after the
 * APIServices of this server's own groups too.
 *
 * <p>Nothing runs while no other server is registered: what is to be done follows from watches.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/">Kubernetes
 *     API Aggregation Layer</a>
 */
public final class Aggregation implements AutoCloseable {
    private static final ResourcePath SERVICES =
            new ResourcePath("apiregistration.k8s.io", "v1", "apiservices", "", "", "");
    private static final ResourcePath DEFINITIONS =
            new ResourcePath("apiextensions.k8s.io", "v1", "customresourcedefinitions", "", "", "");
    private static final Duration AGAIN = Duration.ofSeconds(30);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

    private final Api api;
    private final Store store;
    private final Runtime runtime;
    private final Registry registry;
    private final FrontProxy proxy;
    private final Availability availability;
    private final RemoteCalls calls;
    private volatile RemoteServices remotes = RemoteServices.NONE;
    private final Map<String, State> states = new HashMap<>();
    private final List<Watch> watches = new ArrayList<>();
    private boolean closed;

    /** What is known of one remote service. */
    private static final class State {
        private ObjectValue spec = ObjectValue.EMPTY;
        private Duration retry = FIRST_RETRY;
        private Runtime.Timer timer = () -> {};
        private List<ResourceDefinition> resources = List.of();
        private ObjectValue document = ObjectValue.EMPTY;
    }

    public Aggregation(
            Api api, Store store, Runtime runtime, Registry registry, ServiceResolver services, FrontProxy proxy) {
        this.api = api;
        this.store = store;
        this.runtime = runtime;
        this.registry = registry;
        this.proxy = proxy;
        this.availability = new Availability(services, proxy);
        this.calls = new RemoteCalls(services, proxy);
    }

    /** The APIServices of what this server serves from the first start. */
    public List<ObjectValue> local() {
        return LocalServices.all(registry);
    }

    /** Who answers for {@code version} of {@code group}; empty where this server does. */
    public Optional<RemoteService> remote(String group, String version) {
        RemoteServices known = remotes;
        Snapshot now = store.snapshot();
        if (!known.isOf(now)) {
            known = RemoteServices.of(now);
            remotes = known;
        }
        return known.find(group, version);
    }

    /**
     * What {@code remote} answers to a request of this process; see {@link RemoteCalls}.
     *
     * @throws ApiException as it refuses, or where it cannot be reached
     */
    public ObjectValue call(User user, ApiRequest request, RemoteService remote) {
        return runtime.waiting(() -> calls.call(user, request, remote));
    }

    /**
     * A watch that {@code remote} keeps for a request of this process.
     *
     * @throws ApiException as it refuses, or where it cannot be reached or nobody here could wait for what it tells
     */
    public Watch watch(User user, ApiRequest request, RemoteService remote, WatchListener listener) {
        Runtime outside = runtime.outside();
        if (!outside.mayBlock()) {
            throw ApiException.serviceUnavailable("watches of other servers need a runtime that may wait");
        }
        WatchStream stream = runtime.waiting(() -> calls.watch(user, request, remote, new InTurn(runtime, listener)));
        outside.execute("watch of " + request.path(), stream);
        return stream;
    }

    /** Tells of what comes from outside when it is its turn. */
    private record InTurn(Runtime runtime, WatchListener listener) implements WatchListener {
        @Override
        public void event(WatchEvent event) {
            turn(() -> listener.event(event));
        }

        @Override
        public void closed() {
            turn(listener::closed);
        }

        private void turn(Runnable telling) {
            runtime.turn(() -> {
                telling.run();
                return true;
            });
        }
    }

    public FrontProxy proxy() {
        return proxy;
    }

    /** What the other servers serve, as they said when they were last asked. */
    public synchronized List<ResourceDefinition> resources() {
        var all = new ArrayList<ResourceDefinition>();
        new TreeMap<>(states).values().forEach(state -> all.addAll(state.resources));
        return all;
    }

    /** The OpenAPI version 2 documents of the other servers, as they were when they were last asked, by APIService. */
    public synchronized Map<String, ObjectValue> documents() {
        var documents = new TreeMap<String, ObjectValue>();
        states.forEach((name, state) -> {
            if (!state.document.isEmpty()) {
                documents.put(name, state.document);
            }
        });
        return documents;
    }

    /** In which order groups and versions are told. */
    public Priorities priorities() {
        return Priorities.of(store.snapshot().all(RemoteService.STORAGE).values());
    }

    /** Begins to look after the APIServices. */
    public void start() {
        watch(SERVICES, this::changed);
        watch(DEFINITIONS, event -> runtime.execute("local API services", this::synchronise));
    }

    private void watch(ResourcePath path, Consumer<WatchEvent> changed) {
        var listener = new WatchListener() {
            @Override
            public void event(WatchEvent event) {
                if (event.type() != WatchEvent.Type.ERROR) {
                    changed.accept(event);
                }
            }

            @Override
            public void closed() {
                restart(path, changed);
            }
        };
        Watch watch = api.watch(ApiRequest.of(Verb.WATCH, path, Query.NONE, ObjectValue.EMPTY), listener);
        synchronized (this) {
            watches.add(watch);
        }
    }

    /** A watch that fell behind begins anew; what it tells again is harmless. */
    private void restart(ResourcePath path, Consumer<WatchEvent> changed) {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        runtime.schedule("aggregation", FIRST_RETRY, () -> watch(path, changed));
    }

    private synchronized void changed(WatchEvent event) {
        ObjectValue object = event.object();
        String name = object.object("metadata").string("name");
        ObjectValue spec = object.object("spec");
        if (event.type() == WatchEvent.Type.DELETED || !spec.has("service")) {
            State gone = states.remove(name);
            if (gone != null) {
                gone.timer.cancel();
            }
            if (event.type() == WatchEvent.Type.DELETED) {
                runtime.execute("local API services", this::synchronise);
            }
            return;
        }
        State state = states.computeIfAbsent(name, absent -> new State());
        if (!state.spec.equals(spec)) {
            state.spec = spec;
            state.retry = FIRST_RETRY;
            checkAfter(name, state, Duration.ZERO);
        }
    }

    private synchronized void checkAfter(String name, State state, Duration delay) {
        state.timer.cancel();
        if (!closed) {
            state.timer = runtime.schedule("availability of " + name, delay, () -> check(name));
        }
    }

    private void check(String name) {
        Optional<ObjectValue> object = store.snapshot().get(RemoteService.STORAGE, ObjectKey.cluster(name));
        if (object.isEmpty() || !object.get().object("spec").has("service")) {
            return;
        }
        RemoteService remote = RemoteService.read(object.get());
        Availability.Found found = runtime.waiting(() -> availability.check(remote, store.snapshot()));
        // Before it is said to be available: who hears that asks what there is.
        synchronized (this) {
            State state = states.get(name);
            if (state != null) {
                state.resources = found.available()
                        ? ResourceList.read(remote.group(), remote.version(), found.resources())
                        : List.of();
            }
        }
        try {
            report(object.get(), found);
        } catch (ApiException overtaken) {
            // somebody wrote it meanwhile; the next look will tell
        }
        Optional<ObjectValue> document =
                found.available() ? runtime.waiting(() -> availability.document(remote)) : Optional.empty();
        synchronized (this) {
            State state = states.get(name);
            if (state == null) {
                return;
            }
            state.document = document.orElse(state.document);
            checkAfter(name, state, found.available() ? AGAIN : state.retry);
            Duration longer = state.retry.multipliedBy(2);
            state.retry = found.available() ? FIRST_RETRY : longer.compareTo(AGAIN) < 0 ? longer : AGAIN;
        }
    }

    private void report(ObjectValue object, Availability.Found found) {
        ObjectValue before = RemoteService.condition(object);
        String status = found.available() ? "True" : "False";
        ObjectValue condition = ObjectValue.EMPTY
                .with("type", "Available")
                .with("status", status)
                .with("reason", found.reason())
                .with("message", found.message());
        if (before.without("lastTransitionTime").equals(condition)) {
            return;
        }
        Value since = before.string("status").equals(status)
                ? before.valueOrNull("lastTransitionTime")
                : Fields.ofInstant(runtime.now().truncatedTo(ChronoUnit.SECONDS));
        ObjectValue changed = object.with(
                "status",
                ObjectValue.EMPTY.with("conditions", ListValue.of(condition.with("lastTransitionTime", since))));
        api.call(ApiRequest.of(
                Verb.UPDATE,
                SERVICES.withName(object.object("metadata").string("name")).withSubresource("status"),
                Query.NONE,
                changed));
    }

    /** Writes the APIServices that are missing and removes those that are no longer served here. */
    private void synchronise() {
        Map<String, ObjectValue> wanted = LocalServices.wanted(registry);
        var present = store.snapshot().all(RemoteService.STORAGE);
        wanted.forEach((name, service) -> {
            if (!present.containsKey(ObjectKey.cluster(name))) {
                quietly(ApiRequest.of(Verb.CREATE, SERVICES, Query.NONE, service));
            }
        });
        present.forEach((key, service) -> {
            boolean managed = service.object("metadata").object("labels").has(LocalServices.MANAGED);
            if (managed && !wanted.containsKey(key.name())) {
                quietly(ApiRequest.of(Verb.DELETE, SERVICES.withName(key.name())));
            }
        });
    }

    private void quietly(ApiRequest request) {
        try {
            api.call(request);
        } catch (ApiException overtaken) {
            // somebody was faster; what is still wrong is found at the next change
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        watches.forEach(Watch::close);
        states.values().forEach(state -> state.timer.cancel());
    }
}
