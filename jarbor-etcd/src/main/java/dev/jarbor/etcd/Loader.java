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
        ByteString from = first;
        long at = revision;
        RangeResponse page;
        do {
            RangeRequest request = RangeRequest.newBuilder()
                    .setKey(from)
                    .setRangeEnd(end)
                    .setLimit(PAGE)
                    .setRevision(at)
                    .build();
            page = client.read("list", "", request);
            if (at == 0) {
                at = page.getHeader().getRevision();
            }
            for (KeyValue found : page.getKvsList()) {
                each.accept(found);
                from = EtcdKeys.after(found.getKey());
            }
        } while (page.getMore());
        return at;
    }
}
