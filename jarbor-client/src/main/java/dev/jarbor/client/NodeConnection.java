package dev.jarbor.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;

/**
 * The API server's one way down to a node: logs, exec, attach and port-forward of the containers it runs, and what
 * they use. A direct call in one process; the node's HTTPS endpoint otherwise. Calls block; they run on live runtimes only, or answer at once.
 */
public interface NodeConnection {
    /** Names a container of a pod on this node. */
    record ContainerRef(String namespace, String pod, String uid, String container) {}

    /**
     * Which part of a log to write, as the options of the {@code log} subresource.
     *
     * @param tailLines how many lines from the end; -1 for all
     * @param sinceSeconds not older than this; -1 for all
     * @param sinceTime not older than this RFC 3339 time; "" for all
     * @param limitBytes stop after this many bytes; -1 for no limit
     */
    record LogOptions(
            boolean follow,
            boolean previous,
            boolean timestamps,
            long tailLines,
            long sinceSeconds,
            String sinceTime,
            long limitBytes) {
        public static final LogOptions ALL = new LogOptions(false, false, false, -1, -1, "", -1);
    }

    /** Which streams an exec or attach carries. */
    record StreamOptions(boolean stdin, boolean stdout, boolean stderr, boolean tty) {}

    /** The client's ends of the streams, given to the node for the time of one exec or attach. */
    interface Streams {
        InputStream stdin();

        OutputStream stdout();

        OutputStream stderr();

        /** Terminal sizes arrive at {@code listener} from now on, the present one first where it is known. */
        void onResize(ResizeListener listener);
    }

    /** Told of a new terminal size in characters. */
    interface ResizeListener {
        void resized(int columns, int rows);
    }

    /** One byte stream in each direction, to a port of a pod. */
    interface PortStream extends AutoCloseable {
        InputStream input();

        OutputStream output();

        @Override
        void close() throws IOException;
    }

    /**
     * What somebody had used by a moment.
     *
     * @param processorNanos processor time since the beginning, in nanoseconds
     * @param workingSetBytes memory that could not be taken back at once
     */
    record Usage(Instant at, long processorNanos, long workingSetBytes) {}

    /** What one running container had used since {@code startedAt}. */
    record ContainerUsage(ContainerRef container, Instant startedAt, Usage usage) {}

    /**
     * What a node and its containers had used.
     *
     * @param node all that runs on it, the system included
     * @param containers those that run now
     */
    record NodeUsage(Usage node, List<ContainerUsage> containers) {
        public NodeUsage {
            containers = List.copyOf(containers);
        }
    }

    /** What the node and its containers have used so far. */
    NodeUsage usage() throws IOException;

    /** Writes the log to {@code sink}; with follow until the container ends or the sink breaks. */
    void logs(ContainerRef container, LogOptions options, OutputStream sink) throws IOException;

    /** Runs {@code command} in the container and returns its exit code. */
    int exec(ContainerRef container, List<String> command, StreamOptions options, Streams streams) throws IOException;

    /** Joins the container's own streams until it ends; returns its exit code. */
    int attach(ContainerRef container, StreamOptions options, Streams streams) throws IOException;

    /** Opens a connection to {@code port} inside the pod's network. */
    PortStream portForward(String namespace, String pod, String uid, int port) throws IOException;
}
