package dev.jarbor.api.codec;

/**
 * What one document may cost to decode. Reaching a bound is a {@link DecodeException}, never a partial value.
 *
 * @param bytes the longest document, in bytes
 * @param depth how deeply objects and lists may nest
 * @param nodes how many values the document may come to, aliases counted as often as they are used
 * @param aliases how many YAML aliases it may use
 */
public record Limits(int bytes, int depth, int nodes, int aliases) {
    /**
     * Room for any object that the API server accepts (3 MiB) and for lists and chart outputs far above that. Whoever
     * walks a value this deep recursively, with a few frames a level, stays within half of a thread's usual stack.
     */
    public static final Limits DEFAULT = new Limits(256 * 1024 * 1024, 500, 5_000_000, 10_000);

    public Limits {
        if (bytes < 0 || depth < 1 || nodes < 1 || aliases < 0) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }

    /** The default limits for documents of at most {@code bytes} bytes. */
    public static Limits ofBytes(int bytes) {
        return new Limits(bytes, DEFAULT.depth, DEFAULT.nodes, DEFAULT.aliases);
    }
}
