package dev.jarbor.store.record;

import dev.jarbor.api.ObjectKey;

/**
 * A record as a store keeps it, sealed as it is there: what is copied from one store to another without being looked into.
 *
 * @param revision of the commit that wrote it
 * @param bytes in {@link RecordFormat}; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared
public record Kept(String resource, ObjectKey key, long revision, byte[] bytes) {
    private static final String SECRETS = "secrets";

    /** What the servers of one etcd share under {@code name} beside objects: like a Secret, but in no namespace. */
    public static Kept shared(String name, long revision, byte[] bytes) {
        return new Kept(SECRETS, ObjectKey.cluster(name), revision, bytes);
    }

    /** Whether this is such a thing, and no object of the API. */
    public boolean isShared() {
        return resource.equals(SECRETS) && key.namespace().isEmpty();
    }
}
