package dev.jarbor.store.sealing;

import java.nio.charset.StandardCharsets;

/** One way of sealing. What it seals begins with its prefix, by which it is known again. */
interface Sealer {
    /** Such as {@code k8s:enc:aesgcm:v1:key1:}; empty for what is written as it is. */
    String prefix();

    /** What {@code plain} becomes, without the prefix. */
    byte[] seal(byte[] plain, byte[] place) throws UnopenedException;

    /** The reverse; stale where this way itself would seal otherwise today. */
    Sealing.Opened open(byte[] sealed, byte[] place) throws UnopenedException;

    default boolean isOf(byte[] written) {
        byte[] start = prefix().getBytes(StandardCharsets.UTF_8);
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
