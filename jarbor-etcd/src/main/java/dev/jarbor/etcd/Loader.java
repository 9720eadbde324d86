package dev.jarbor.etcd;

import com.google.protobuf.ByteString;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.etcd.proto.KeyValue;
import dev.jarbor.etcd.proto.RangeRequest;
import dev.jarbor.etcd.proto.RangeResponse;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.StoreException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/** Reads everything from etcd, in pages of one revision. */
final class Loader {
    /** Objects a page. */
    static final int PAGE = 250;

    /** For everything there is, also where etcd and this process are just being started on a busy machine. */
    private static final Duration EVERYTHING = Duration.ofSeconds(20);

    private final EtcdClient client;
    private final EtcdClient patient;
    private final EtcdKeys keys;
    private final Records records;
    private final Revisions revisions;

    Loader(EtcdClient client, EtcdKeys keys, Records records, Revisions revisions) {
        this.client = client;
        this.patient = client.within(EVERYTHING);
        this.keys = keys;
        this.records = records;
        this.revisions = revisions;
    }

    /**
     * The latest state, after how revisions are to be read.
     *
     * @throws StoreException when etcd cannot be read, or holds half of a restore
     */
    Snapshot latest() {
        revisions.shiftBy(shift(patient, keys));
        return load(patient, 0);
    }

    /** How far the store's revisions are from etcd's. */
    static long shift(EtcdClient client, EtcdKeys keys) {
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(keys.firstAside())
                .setRangeEnd(keys.first())
                .build();
        long shift = 0;
        for (KeyValue found : client.read("list", "", request).getKvsList()) {
            if (found.getKey().equals(keys.restoring())) {
                throw new StoreException(
                        StoreException.Outcome.NOT_DONE,
                        "a restore into it was begun and has not come to its end: restore again");
            }
            if (found.getKey().equals(keys.shift())) {
                shift = Long.parseLong(found.getValue().toStringUtf8());
            }
        }
        return shift;
    }

    /** @throws StoreException when etcd cannot be read, or has forgotten the revision */
    Snapshot at(long revision) {
        return load(client, revisions.inEtcd(revision));
    }

    private Snapshot load(EtcdClient from, long inEtcd) {
        var objects = new HashMap<String, Map<ObjectKey, ObjectValue>>();
        long at = walk(
                from,
                keys.first(),
                keys.end(),
                inEtcd,
                found -> keys.place(found.getKey())
                        .ifPresent(place -> objects.computeIfAbsent(place.resource(), name -> new TreeMap<>())
                                .put(place.key(), records.object(place, found))));
        return Snapshot.of(revisions.of(at), objects);
    }

    /**
     * Tells {@code each} what lies from {@code first} to before {@code end}.
     *
     * @param revision etcd's; 0 for the latest
     * @return the revision that it was read at
     */
    static long walk(EtcdClient client, ByteString first, ByteString end, long revision, Consumer<KeyValue> each) {
        return walk(request -> client.read("list", "", request), first, end, revision, each);
    }

    static long walk(
            Function<RangeRequest, RangeResponse> etcd,
            ByteString first,
            ByteString end,
            long revision,
            Consumer<KeyValue> each) {
        var stride = new Stride(end);
        ByteString from = first;
        long at = revision;
        while (!from.equals(end)) {
            ByteString until = stride.reach(from);
            RangeRequest request = RangeRequest.newBuilder()
                    .setKey(from)
                    .setRangeEnd(until)
                    .setLimit(PAGE)
                    .setRevision(at)
                    .build();
            RangeResponse page = etcd.apply(request);
            if (at == 0) {
                at = page.getHeader().getRevision();
            }
            page.getKvsList().forEach(each);
            if (page.getMore()) {
                ByteString last = page.getKvs(page.getKvsCount() - 1).getKey();
                stride.full(page.getKvs(0).getKey(), last);
                from = EtcdKeys.after(last);
            } else {
                stride.exhausted();
                from = until;
            }
        }
        return at;
    }
}
