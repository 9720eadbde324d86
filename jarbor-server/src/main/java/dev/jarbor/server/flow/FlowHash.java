package dev.jarbor.server.flow;

import java.nio.charset.StandardCharsets;

/** A 64-bit hash of a flow: FNV-1a with a final mixing, the same on every machine and run. */
final class FlowHash {
    private FlowHash() {}

    static long of(String schema, String distinguisher) {
        long hash = 0xcbf29ce484222325L;
        for (byte octet : (schema + '\0' + distinguisher).getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (octet & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        return hash ^ (hash >>> 33);
    }
}
