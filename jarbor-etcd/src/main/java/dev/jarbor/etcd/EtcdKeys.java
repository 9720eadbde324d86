package dev.jarbor.etcd;

import com.google.protobuf.ByteString;
import dev.jarbor.api.ObjectKey;
import java.util.Optional;

/**
 * Where objects lie in etcd.
 *
 * <pre>
 * PREFIX/pods/default/web          an object of a namespaced resource
 * PREFIX/nodes/one                 of a cluster-wide one
 * PREFIX/.revision                 written by every commit: its revision is that of the last one
 * PREFIX.shared/NAME               what servers share that is no object
 * PREFIX.shift                     how far revisions are from etcd's, if there was a restore
 * PREFIX.writer/ID                 the line of a server that once lost an answer: see {@link Writer}
 * PREFIX.restoring                 there while a restore is under way
 * </pre>
 */
final class EtcdKeys {
    private static final String REVISION = ".revision";

    private final String root;
    private final String aside;
    private final String shared;

    EtcdKeys(String prefix) {
        this.root = prefix + "/";
        this.aside = prefix + ".";
        this.shared = aside + "shared/";
    }

    /** An object's resource and key. */
    record Place(String resource, ObjectKey key) {}

    ByteString of(Place place) {
        ObjectKey key = place.key();
        if (key.name().contains("/") || key.namespace().contains("/")) {
            throw new IllegalArgumentException("a name in etcd has no slash: " + key);
        }
        String namespace = key.namespace().isEmpty() ? "" : key.namespace() + "/";
        return ByteString.copyFromUtf8(root + place.resource() + "/" + namespace + key.name());
    }

    /** What lies under {@code key}; empty where that is no object. */
    Optional<Place> place(ByteString key) {
        String[] parts = key.toStringUtf8().substring(root.length()).split("/", -1);
        return switch (parts.length) {
            case 2 -> Optional.of(new Place(parts[0], ObjectKey.cluster(parts[1])));
            case 3 -> Optional.of(new Place(parts[0], new ObjectKey(parts[1], parts[2])));
            default -> Optional.empty();
        };
    }

    ByteString revision() {
        return ByteString.copyFromUtf8(root + REVISION);
    }

    ByteString shared(String name) {
        return ByteString.copyFromUtf8(shared + name);
    }

    /** The name of what servers share under {@code key}; empty where that is something else. */
    Optional<String> sharedName(ByteString key) {
        String text = key.toStringUtf8();
        return text.startsWith(shared) ? Optional.of(text.substring(shared.length())) : Optional.empty();
    }

    ByteString writer(String name) {
        return ByteString.copyFromUtf8(aside + "writer/" + name);
    }

    ByteString shift() {
        return ByteString.copyFromUtf8(aside + "shift");
    }

    ByteString restoring() {
        return ByteString.copyFromUtf8(aside + "restoring");
    }

    /** Before the first key that is no object's; they end where those begin. */
    ByteString firstAside() {
        return ByteString.copyFromUtf8(aside);
    }

    /** The first of our keys, or what comes before it. */
    ByteString first() {
        return ByteString.copyFromUtf8(root);
    }

    /** What comes after the last of our keys: a slash is followed by a zero. */
    ByteString end() {
        return ByteString.copyFromUtf8(root.substring(0, root.length() - 1) + "0");
    }

    /** The key that comes right after {@code key}. */
    static ByteString after(ByteString key) {
        return key.concat(ByteString.copyFrom(new byte[] {0}));
    }
}
