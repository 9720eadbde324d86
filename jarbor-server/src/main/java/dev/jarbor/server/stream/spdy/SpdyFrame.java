package dev.jarbor.server.stream.spdy;

import java.util.SortedMap;

/** One SPDY/3.1 frame (draft 3.1, section 2.6). */
public sealed interface SpdyFrame {
    /** Opens a stream; with {@code fin} the sender will send no data on it. */
    record SynStream(int stream, boolean fin, SortedMap<String, String> headers) implements SpdyFrame {}

    /** Accepts a stream. */
    record SynReply(int stream, boolean fin, SortedMap<String, String> headers) implements SpdyFrame {}

    /** Ends a stream at once, in both directions. */
    record RstStream(int stream, int status) implements SpdyFrame {
        public static final int PROTOCOL_ERROR = 1;
        public static final int REFUSED_STREAM = 3;
        public static final int CANCEL = 5;
    }

    /** Settings of the connection; none of them matters here. */
    record Settings() implements SpdyFrame {}

    /** Answered with the same id. */
    record Ping(int id) implements SpdyFrame {}

    /** The sender takes no new streams. */
    record GoAway(int lastStream, int status) implements SpdyFrame {}

    /** More headers of an open stream. */
    record Headers(int stream, boolean fin, SortedMap<String, String> headers) implements SpdyFrame {}

    /** The sender has read {@code delta} bytes of the stream (0: of the connection). */
    record WindowUpdate(int stream, int delta) implements SpdyFrame {}

    /** Bytes of a stream. */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared, and not copied for speed
    record Data(int stream, boolean fin, byte[] bytes) implements SpdyFrame {}
}
