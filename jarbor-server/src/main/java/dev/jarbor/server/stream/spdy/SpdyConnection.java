package dev.jarbor.server.stream.spdy;

import dev.jarbor.server.stream.pipe.Duplex;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The server's half of a SPDY/3.1 connection: accepts the streams that the client opens and hands them to a listener.
 * {@link #run} reads until the connection ends; it is the only reader. At most {@link #MAX_STREAMS} are open at a time;
 * more are refused.
 */
public final class SpdyConnection implements AutoCloseable {
    /** Enough for every port-forwarded connection of a client at work (two streams each). */
    public static final int MAX_STREAMS = 1024;

    /** Told of each stream as the client opens it, on the reading thread: must not block. */
    public interface StreamListener {
        void opened(SpdyStream stream);
    }

    private final SpdyWire wire;
    private final StreamListener listener;
    private final Map<Integer, SpdyStream> streams = new ConcurrentSkipListMap<>();

    public SpdyConnection(Duplex wire, StreamListener listener) {
        this.wire = new SpdyWire(wire);
        this.listener = listener;
    }

    /** Reads the connection until its end; then every stream is at its end too. */
    public void run() throws IOException {
        try {
            Optional<SpdyFrame> frame = wire.read();
            while (frame.isPresent() && !(frame.get() instanceof SpdyFrame.GoAway)) {
                handle(frame.get());
                frame = wire.read();
            }
        } finally {
            streams.values().forEach(SpdyStream::broken);
            streams.clear();
        }
    }

    private void handle(SpdyFrame frame) throws IOException {
        switch (frame) {
            case SpdyFrame.SynStream opened -> open(opened);
            case SpdyFrame.Data(int id, boolean fin, byte[] bytes) -> {
                Optional<SpdyStream> stream = stream(id);
                if (stream.isPresent()) {
                    stream.get().received(bytes);
                    endIf(fin, stream.get());
                }
            }
            case SpdyFrame.Headers(int id, boolean fin, Map<String, String> ignored) ->
                stream(id).ifPresent(stream -> endIf(fin, stream));
            case SpdyFrame.RstStream(int id, int ignored) -> {
                stream(id).ifPresent(SpdyStream::broken);
                streams.remove(id);
            }
            case SpdyFrame.Ping(int id) -> {
                // even ids would be answers to pings of our own, which do not exist
                if (id % 2 == 1) {
                    wire.write(frame);
                }
            }
            case SpdyFrame.SynReply ignored -> {}
            case SpdyFrame.Settings ignored -> {}
            case SpdyFrame.WindowUpdate ignored -> {}
            case SpdyFrame.GoAway ignored -> {}
        }
    }

    private void open(SpdyFrame.SynStream opened) throws IOException {
        int id = opened.stream();
        if (streams.size() >= MAX_STREAMS || id % 2 == 0 || streams.containsKey(id)) {
            wire.write(new SpdyFrame.RstStream(
                    id,
                    streams.size() >= MAX_STREAMS
                            ? SpdyFrame.RstStream.REFUSED_STREAM
                            : SpdyFrame.RstStream.PROTOCOL_ERROR));
            return;
        }
        var stream = new SpdyStream(this, id, Collections.unmodifiableSortedMap(opened.headers()));
        streams.put(id, stream);
        wire.write(new SpdyFrame.SynReply(id, false, new TreeMap<>()));
        endIf(opened.fin(), stream);
        listener.opened(stream);
    }

    private Optional<SpdyStream> stream(int id) {
        return Optional.ofNullable(streams.get(id));
    }

    private void endIf(boolean fin, SpdyStream stream) {
        if (fin) {
            stream.remoteEnded();
            forgetIfOver(stream);
        }
    }

    void send(SpdyFrame frame) throws IOException {
        wire.write(frame);
    }

    void consumed(int stream, int bytes) throws IOException {
        wire.write(new SpdyFrame.WindowUpdate(stream, bytes));
    }

    void reset(SpdyStream stream) {
        if (streams.remove(stream.id()) != null) {
            try {
                wire.write(new SpdyFrame.RstStream(stream.id(), SpdyFrame.RstStream.CANCEL));
            } catch (IOException gone) {
                // the connection has ended, and the stream with it
            }
        }
    }

    void forgetIfOver(SpdyStream stream) {
        if (stream.isOver()) {
            streams.remove(stream.id());
        }
    }

    /** Tells the client that no new streams are taken, after which it closes the connection. */
    public void goAway() throws IOException {
        wire.write(new SpdyFrame.GoAway(0, 0));
    }

    @Override
    public void close() {
        wire.close();
    }
}
