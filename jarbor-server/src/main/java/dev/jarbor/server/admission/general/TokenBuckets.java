package dev.jarbor.server.admission.general;

import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;

/**
 * One bucket of tokens for each key: full at first, filled at a steady rate, never above its size. Of too many keys the
 * one that was used longest ago is forgotten.
 */
final class TokenBuckets {
    private final Runtime runtime;
    private final double rate;
    private final double size;
    private final int most;
    private final LinkedHashMap<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    private record Bucket(double tokens, Instant at) {}

    /**
     * @param rate tokens in a second
     * @param size what a bucket holds at most
     * @param most how many keys are remembered
     */
    TokenBuckets(Runtime runtime, double rate, double size, int most) {
        this.runtime = runtime;
        this.rate = rate;
        this.size = size;
        this.most = most;
    }

    /** Takes a token of {@code key}, if there is one. */
    synchronized boolean take(String key) {
        Instant now = runtime.now();
        Bucket bucket = buckets.getOrDefault(key, new Bucket(size, now));
        double grown = rate * Duration.between(bucket.at(), now).toNanos() / 1e9;
        double tokens = Math.min(size, bucket.tokens() + grown);
        boolean enough = tokens >= 1;
        buckets.put(key, new Bucket(enough ? tokens - 1 : tokens, now));
        if (buckets.size() > most) {
            buckets.remove(buckets.firstEntry().getKey());
        }
        return enough;
    }
}
