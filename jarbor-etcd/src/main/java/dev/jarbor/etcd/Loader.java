package dev.jarbor.etcd;

import com.google.protobuf.ByteString;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.etcd.proto.KeyValue;
import dev.jarbor.etcd.proto.RangeRequest;
import dev.jarbor.etcd.proto.RangeResponse;
import dev.jarbor.store.Snapshot;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Reads everything from etcd, in pages of one revision. */
final class Loader {
    /** Objects a page. */
    static final int PAGE = 250;

    private final EtcdClient client;
    private final EtcdKeys keys;
    private final Records records;

    Loader(EtcdClient client, EtcdKeys keys, Records records) {
        this.client = client;
        this.keys = keys;
        this.records = records;
    }

    /**
     * @param revision 0 for the latest
     * @throws dev.jarbor.store.StoreException when etcd cannot be read, or has forgotten the revision
     */
    Snapshot load(long revision) {
        var objects = new HashMap<String, Map<ObjectKey, ObjectValue>>();
        ByteString from = keys.first();
        long at = revision;
        RangeResponse page;
        do {
            RangeRequest request = RangeRequest.newBuilder()
                    .setKey(from)
                    .setRangeEnd(keys.end())
                    .setLimit(PAGE)
                    .setRevision(at)
                    .build();
            page = client.read("list", "", request);
            if (at == 0) {
                at = page.getHeader().getRevision();
            }
            for (KeyValue found : page.getKvsList()) {
                keys.place(found.getKey())
                        .ifPresent(place -> objects.computeIfAbsent(place.resource(), name -> new TreeMap<>())
                                .put(place.key(), records.object(place, found)));
                from = EtcdKeys.after(found.getKey());
            }
        } while (page.getMore());
        return Snapshot.of(at, objects);
    }
}
