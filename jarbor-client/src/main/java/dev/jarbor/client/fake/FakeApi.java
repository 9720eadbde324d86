package dev.jarbor.client.fake;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchListener;
import dev.jarbor.runtime.Runtime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * A Kubernetes API in memory with the rules every kind shares: uids, resource versions and generations, generated
 * names, optimistic locking, status apart from the rest, patches, selectors, finalizers, graceful deletion of pods, and
 * watches that resume. Of single kinds it knows only what {@link Rules} says (pods, namespaces, bindings, evictions).
 * It does no defaulting, no validation and no admission, keeps every object in the version it was written in, does not ask
 * whether a namespace exists, and follows who owns which fields through applies only.
 *
 * <p>Works on the simulated and the live runtime; watch events arrive as tasks of it. Faults: {@link #failNext}, {@link
 * #failWhile}, {@link #beforeNext}, {@link #dropWatches}, {@link #forgetHistory}.
 */
public final class FakeApi implements Api {
    private final Rules rules;
    private final FakeStore store;
    private final Faults faults = new Faults();

    public FakeApi(Runtime runtime) {
        this.rules = new Rules(runtime);
        this.store = new FakeStore(runtime);
    }

    /** Stores {@code object} exactly as it is, status included; only uid, times and version are filled in. */
    public <T extends KubeObject> T put(Kind<T> kind, T object) {
        ResourcePath path = ResourcePath.of(kind, object.key());
        synchronized (store) {
            ObjectValue whole = rules.identified(kind.stamp(object.value()));
            return kind.read(store.put(path, whole));
        }
    }

    /** Fails the next call or watch that {@code matches} with {@code failure}. */
    public void failNext(Predicate<ApiRequest> matches, ApiException failure) {
        beforeNext(matches, request -> {
            throw failure;
        });
    }

    /** Fails every call and watch that {@code matches} until the answer is closed. */
    public Fault failWhile(Predicate<ApiRequest> matches, ApiException failure) {
        return faults.add(matches, false, request -> {
            throw failure;
        });
    }

    /** Runs {@code action} before the next call or watch that {@code matches}: to slip in somebody else's write. */
    public Fault beforeNext(Predicate<ApiRequest> matches, RequestAction action) {
        return faults.add(matches, true, action);
    }

    /** Answers every call that {@code matches} by {@code answer} instead: for subresources that this API has not. */
    public void answer(Predicate<ApiRequest> matches, Function<ApiRequest, ObjectValue> answer) {
        faults.answer(matches, answer);
    }

    /** Ends every watch as a broken connection would; its client may resume it. */
    public void dropWatches() {
        store.dropWatches();
    }

    /** Forgets all past events: watches from an earlier version now answer 410 Expired. */
    public void forgetHistory() {
        store.forgetHistory();
    }

    /** Sends a BOOKMARK with the current version to every watch that asked for them. */
    public void bookmark() {
        store.bookmark();
    }

    /** The version of the latest write. */
    public String resourceVersion() {
        return Long.toString(store.revision());
    }

    @Override
    public ObjectValue call(ApiRequest request) {
        faults.before(request);
        var answered = faults.answered(request);
        if (answered.isPresent()) {
            return answered.get();
        }
        synchronized (store) {
            return switch (request.verb()) {
                case GET ->
                    request.path().isOfResources()
                            ? Discovery.resources(request.path(), store.list(Discovery.DEFINITIONS))
                            : store.get(request.path());
                case LIST -> list(request);
                case CREATE -> request.path().subresource().isEmpty() ? create(request) : act(request);
                case UPDATE -> write(request.path(), body(request), store.get(request.path()));
                case PATCH -> patch(request);
                case DELETE -> delete(request.path(), body(request));
                case DELETECOLLECTION -> deleteCollection(request);
                case WATCH -> throw new IllegalArgumentException("a watch is not a call");
            };
        }
    }

    @Override
    public Watch watch(ApiRequest request, WatchListener listener) {
        faults.before(request);
        return store.watch(request, Selection.of(request), listener);
    }

    private ObjectValue list(ApiRequest request) {
        Selection selection = Selection.of(request);
        List<ObjectValue> items =
                store.list(request.path()).stream().filter(selection::matches).toList();
        return ObjectValue.builder()
                .put("apiVersion", apiVersion(request.path()))
                .put("kind", "List")
                .put("metadata", ObjectValue.of("resourceVersion", Value.of(resourceVersion())))
                .put("items", ListValue.of(items))
                .build();
    }

    private ObjectValue create(ApiRequest request) {
        ObjectValue object = rules.created(request.path(), body(request));
        ResourcePath path = request.path().withName(name(object));
        if (store.has(path)) {
            throw Refusal.alreadyExists(path);
        }
        return dry(request.query()) ? object : store.put(path, object);
    }

    /** The subresources that are actions. */
    private ObjectValue act(ApiRequest request) {
        ResourcePath path = request.path();
        return switch (path.plural() + "/" + path.subresource()) {
            case "pods/binding" -> {
                store.put(path, rules.bound(path, store.get(path), body(request)));
                yield Refusal.success(path);
            }
            case "pods/eviction" -> {
                delete(path, body(request).object("deleteOptions"));
                yield Refusal.success(path);
            }
            default -> throw Refusal.noSuchSubresource(path);
        };
    }

    private ObjectValue patch(ApiRequest request) {
        if (request.patchType() == PatchType.APPLY) {
            return apply(request);
        }
        ObjectValue before = store.get(request.path());
        return write(request.path(), Patching.patched(request, before), before);
    }

    private ObjectValue apply(ApiRequest request) {
        ResourcePath path = request.path();
        if (!path.subresource().isEmpty() || store.has(path)) {
            ObjectValue before = store.get(path);
            return write(path, Patching.applied(request, before, rules.now()), before);
        }
        String uid = body(request).object("metadata").string("uid");
        if (!uid.isEmpty()) {
            throw Refusal.uidOfNothing(path, uid);
        }
        return store.put(path, rules.created(path, Patching.applied(request, ObjectValue.EMPTY, rules.now())));
    }

    private ObjectValue write(ResourcePath path, ObjectValue wanted, ObjectValue before) {
        ObjectValue after = rules.updated(path, before, wanted);
        if (rules.finished(path, after)) {
            return store.remove(path, after);
        }
        return after.equals(before) ? before : store.put(path, after);
    }

    private ObjectValue delete(ResourcePath path, ObjectValue options) {
        ObjectValue before = store.get(path);
        ObjectValue after = rules.deleting(path, before, options);
        if (rules.finished(path, after)) {
            store.remove(path, before);
            return path.plural().equals("pods") ? after : Refusal.success(path);
        }
        return after.equals(before) ? before : store.put(path, after);
    }

    private ObjectValue deleteCollection(ApiRequest request) {
        ObjectValue found = list(request);
        for (ObjectValue item : found.list("items").objects()) {
            String namespace = item.object("metadata").string("namespace");
            delete(request.path().withNamespace(namespace).withName(name(item)), body(request));
        }
        return found;
    }

    private static boolean dry(Query query) {
        return query.string("dryRun").equals("All");
    }

    private static String name(ObjectValue object) {
        return object.object("metadata").string("name");
    }

    private static String apiVersion(ResourcePath path) {
        return path.group().isEmpty() ? path.version() : path.group() + "/" + path.version();
    }

    private static ObjectValue body(ApiRequest request) {
        return request.body() instanceof ObjectValue object ? object : ObjectValue.EMPTY;
    }

    /** Matches requests of one verb on one resource, such as {@code (CREATE, "pods")}. */
    public static Predicate<ApiRequest> requests(Verb verb, String plural) {
        return request -> request.verb() == verb && request.path().plural().equals(plural);
    }

    /** What to do with a request before it is carried out; throwing refuses it. */
    public interface RequestAction {
        void before(ApiRequest request);
    }

    /** A fault in place. */
    public interface Fault extends AutoCloseable {
        /** Takes the fault away. */
        @Override
        void close();
    }

    /** The faults and answers in place, oldest first. */
    private static final class Faults {
        /** A class, not a record: identity is what {@code remove} goes by. */
        private static final class Entry {
            private final Predicate<ApiRequest> matches;
            private final boolean once;
            private final RequestAction action;

            Entry(Predicate<ApiRequest> matches, boolean once, RequestAction action) {
                this.matches = matches;
                this.once = once;
                this.action = action;
            }
        }

        private record Answering(Predicate<ApiRequest> matches, Function<ApiRequest, ObjectValue> answer) {}

        private final List<Entry> entries = new ArrayList<>();
        private final List<Answering> answers = new ArrayList<>();

        synchronized Fault add(Predicate<ApiRequest> matches, boolean once, RequestAction action) {
            var entry = new Entry(matches, once, action);
            entries.add(entry);
            return () -> remove(entry);
        }

        private synchronized void remove(Entry entry) {
            entries.remove(entry);
        }

        synchronized void answer(Predicate<ApiRequest> matches, Function<ApiRequest, ObjectValue> answer) {
            answers.add(new Answering(matches, answer));
        }

        void before(ApiRequest request) {
            for (Entry entry : matching(request)) {
                entry.action.before(request);
            }
        }

        synchronized Optional<ObjectValue> answered(ApiRequest request) {
            return answers.stream()
                    .filter(each -> each.matches.test(request))
                    .findFirst()
                    .map(each -> each.answer.apply(request));
        }

        /** At most one once-only fault is used up by one request. */
        private synchronized List<Entry> matching(ApiRequest request) {
            var found = new ArrayList<Entry>();
            boolean used = false;
            for (Entry entry : List.copyOf(entries)) {
                if (entry.matches.test(request) && !(entry.once && used)) {
                    found.add(entry);
                    if (entry.once) {
                        used = true;
                        remove(entry);
                    }
                }
            }
            return found;
        }
    }
}
