package dev.jarbor.etcd;

/**
 * How the store's revisions relate to etcd's. They are the same until a restore: then the store's go on after those of the
 * backup, in an etcd that counts from one or has got less far, by a shift that lies in etcd.
 */
final class Revisions {
    private volatile long shift;

    void shiftBy(long distance) {
        shift = distance;
    }

    long shift() {
        return shift;
    }

    /** The store's revision that is {@code etcd} there. */
    long of(long etcd) {
        return etcd + shift;
    }

    /** The revision in etcd that is {@code revision} here; 0 or less when it is from before the restore. */
    long inEtcd(long revision) {
        return revision - shift;
    }
}
