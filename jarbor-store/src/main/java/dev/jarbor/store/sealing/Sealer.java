package dev.jarbor.store.sealing;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One way of sealing. What it seals begins with its prefix, by which it is known again. */
interface Sealer {
    /** Such as {@code k8s:enc:aesgcm:v1:key1:}; empty for what is written as it is. */
    String prefix();

    /** What {@code plain} becomes, without the prefix. */
    byte[] seal(byte[] plain, byte[] place);

    /** The reverse; empty where the key does not fit or it was changed. */
    Optional<byte[]> open(byte[] sealed, byte[] place);

    default boolean isOf(byte[] written) {
        byte[] start = prefix().getBytes(StandardCharsets.US_ASCII);
        if (written.length < start.length) {
            return false;
        }
        for (int i = 0; i < start.length; i++) {
            if (written[i] != start[i]) {
                return false;
            }
        }
        return true;
    }
}
