package dev.jarbor.server;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Gets and lists: answered from one immutable snapshot, sharing the stored objects. */
final class Reads {
    /** A page is never longer than this, whatever limit a client asks for. */
    private static final int LONGEST_PAGE = 100_000;

    /** As many custom resources are converted at once. */
    private static final int LOADED_AT_ONCE = 500;

    private final Store store;

    Reads(Store store) {
        this.store = store;
    }

    /**
     * Whether a request must see everything that was acknowledged before it: whatever writes, and reads that name no
     * revision. What is already known here may answer those that do.
     */
    static boolean mustBeCurrent(ApiRequest request) {
        return request.verb().isWrite()
                || request.query().string("resourceVersion").isEmpty();
    }

    Answer get(Call call) {
        Snapshot now = notOlderThan(call.query());
        ServedResource resource = call.resource();
        ObjectValue found = now.get(resource.storage(), call.key())
                .orElseThrow(() -> ApiException.notFound(resource.groupResource(), call.name()));
        return Answer.ok(resource.read(found));
    }

    Answer list(Call call) {
        Query query = call.query();
        Revisions.checkList(query);
        Selection selection = Selection.of(call);
        long limit = Math.clamp(Revisions.number(query, "limit"), 0, LONGEST_PAGE);
        Revisions.number(query, "timeoutSeconds");
        if (!query.string("continue").isEmpty()) {
            ContinueToken token = ContinueToken.parse(query.string("continue"));
            String version = query.string("resourceVersion");
            if (!version.isEmpty() && !version.equals("0")) {
                throw ApiException.badRequest("specifying resource version is not allowed when using continue");
            }
            return Answer.ok(page(selection, at(token), limit, after(selection, at(token), token.after())));
        }
        Snapshot snapshot = snapshot(query, limit);
        return Answer.ok(page(selection, snapshot, limit, objects(selection, snapshot)));
    }

    private Snapshot notOlderThan(Query query) {
        Snapshot now = store.snapshot();
        long least = Revisions.parse(query.string("resourceVersion"));
        if (least > now.revision()) {
            // Another server may have told of it.
            now = store.current();
        }
        if (least > now.revision()) {
            throw ApiException.tooLargeResourceVersion(least, now.revision());
        }
        return now;
    }

    private Snapshot snapshot(Query query, long limit) {
        String version = query.string("resourceVersion");
        String match = query.string("resourceVersionMatch");
        long revision = Revisions.parse(version);
        boolean exact = match.equals("Exact") || (match.isEmpty() && limit > 0 && revision > 0);
        if (!exact) {
            return notOlderThan(query);
        }
        Snapshot now = notOlderThan(query);
        return revision == now.revision()
                ? now
                : store.snapshotAt(revision)
                        .orElseThrow(
                                () -> ApiException.expired("The resourceVersion for the provided list is too old."));
    }

    private Snapshot at(ContinueToken token) {
        if (token.revision() < 0) {
            return store.snapshot();
        }
        return store.snapshotAt(token.revision()).orElseThrow(() -> tooOld(token));
    }

    /** What the pages before were read at is gone; the answer has a token to go on with at whatever is newest then. */
    private static ApiException tooOld(ContinueToken token) {
        ApiException expired = ApiException.expired(
                "The provided continue parameter is too old to display a consistent list result. You can start a new"
                        + " list without the continue parameter, or use the continue token in this response to retrieve"
                        + " the remainder of the results. Continuing with the provided token results in an"
                        + " inconsistent list - objects that were created, modified, or deleted between the time the"
                        + " first chunk was returned and now may show up in the list.");
        return new ApiException(expired.status().withContinue(new ContinueToken(-1, token.after()).text()));
    }

    private static SortedMap<ObjectKey, ObjectValue> objects(Selection selection, Snapshot snapshot) {
        String storage = selection.resource().storage();
        return selection.namespace().isEmpty() ? snapshot.all(storage) : snapshot.in(storage, selection.namespace());
    }

    private static SortedMap<ObjectKey, ObjectValue> after(Selection selection, Snapshot snapshot, ObjectKey last) {
        // The smallest key greater than the last one: names never contain a zero byte.
        return objects(selection, snapshot).tailMap(new ObjectKey(last.namespace(), last.name() + '\0'));
    }

    private ObjectValue page(
            Selection selection, Snapshot snapshot, long limit, SortedMap<ObjectKey, ObjectValue> from) {
        ServedResource resource = selection.resource();
        if (!selection.name().isEmpty() && !selection.namespace().isEmpty()) {
            var key = new ObjectKey(selection.namespace(), selection.name());
            List<Value> one = snapshot.get(resource.storage(), key)
                    .map(resource::loaded)
                    .filter(object -> selection.matches(key, object))
                    .map(object -> List.<Value>of(resource.shown(object)))
                    .orElse(List.of());
            return list(resource, snapshot, one, "", -1);
        }
        var items = new ArrayList<Value>();
        ObjectKey last = ObjectKey.cluster("");
        int seen = 0;
        Iterator<Map.Entry<ObjectKey, ObjectValue>> rest = from.entrySet().iterator();
        while (rest.hasNext()) {
            for (Loaded object : loaded(selection, limit, rest)) {
                if (limit > 0 && items.size() == limit) {
                    String token = new ContinueToken(snapshot.revision(), last).text();
                    return list(resource, snapshot, items, token, selection.isEverything() ? from.size() - seen : -1);
                }
                seen++;
                if (selection.isEverything() || selection.matches(object.key(), object.object())) {
                    items.add(resource.shown(object.object()));
                    last = object.key();
                }
            }
        }
        return list(resource, snapshot, items, "", -1);
    }

    /** An object as the server works on it. */
    private record Loaded(ObjectKey key, ObjectValue object) {}

    /** The next objects; custom resources many at once, because a webhook may have to convert them. */
    private static List<Loaded> loaded(
            Selection selection, long limit, Iterator<Map.Entry<ObjectKey, ObjectValue>> rest) {
        ServedResource resource = selection.resource();
        if (!resource.custom().isCustom()) {
            Map.Entry<ObjectKey, ObjectValue> next = rest.next();
            return List.of(new Loaded(next.getKey(), next.getValue()));
        }
        int most = limit > 0 ? (int) Math.min(limit + 1, LOADED_AT_ONCE) : LOADED_AT_ONCE;
        var keys = new ArrayList<ObjectKey>();
        var kept = new ArrayList<ObjectValue>();
        while (rest.hasNext() && keys.size() < most) {
            Map.Entry<ObjectKey, ObjectValue> next = rest.next();
            keys.add(next.getKey());
            kept.add(next.getValue());
        }
        List<ObjectValue> objects = resource.keeping().loaded(kept);
        var loaded = new ArrayList<Loaded>(keys.size());
        for (int i = 0; i < keys.size(); i++) {
            loaded.add(new Loaded(keys.get(i), objects.get(i)));
        }
        return loaded;
    }

    static ObjectValue list(
            ServedResource resource, Snapshot snapshot, List<Value> items, String token, int remaining) {
        var metadata = ObjectValue.builder().put("resourceVersion", Long.toString(snapshot.revision()));
        if (!token.isEmpty()) {
            metadata.put("continue", token);
            if (remaining >= 0) {
                metadata.put("remainingItemCount", remaining);
            }
        }
        return ObjectValue.builder()
                .put("apiVersion", resource.kind().apiVersion())
                .put("kind", resource.listKind())
                .put("metadata", metadata.build())
                .put("items", ListValue.of(items))
                .build();
    }
}
