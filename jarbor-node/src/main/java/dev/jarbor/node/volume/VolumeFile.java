package dev.jarbor.node.volume;

/** One file of a volume: its bytes and its permissions, such as 0644. */
public record VolumeFile(Content content, int mode) {
    public static VolumeFile of(byte[] bytes, int mode) {
        return new VolumeFile(new Content(bytes), mode);
    }

    /** Bytes that compare by content and do not change. */
    public static final class Content {
        private final byte[] bytes;

        Content(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Content that && java.util.Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return java.util.Arrays.hashCode(bytes);
        }
    }
}
