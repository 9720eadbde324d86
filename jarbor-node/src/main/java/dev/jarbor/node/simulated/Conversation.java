package dev.jarbor.node.simulated;

import dev.jarbor.client.NodeConnection.Streams;
import dev.jarbor.node.runtime.PodIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a simulated container says and answers.
 *
 * @param log what it writes
 * @param process its main process, for who attaches; empty for one that only writes the log
 * @param commands runs commands in it: for exec, and for probes and hooks that run one
 * @param http answers HTTP on all of its ports: for probes, Services, proxies and port-forwards
 */
public record Conversation(
        List<Line> log, Optional<Process> process, Optional<Commands> commands, Optional<Http> http) {
    /** Says nothing and cannot be asked. */
    public static final Conversation NONE =
            new Conversation(List.of(), Optional.empty(), Optional.empty(), Optional.empty());

    public Conversation {
        log = List.copyOf(log);
    }

    /** A line of the log, so long after the container's start. */
    public record Line(Duration after, String text) {}

    /** Which container is meant. */
    public record Where(PodIdentity pod, String container) {}

    /** The main process of a container, as those find it who attach to it. */
    public interface Process {
        /**
         * Talks with one client; when it returns the client is let go. May block where the client's streams do: its input
         * ends when the container does.
         */
        void attached(Where where, Streams streams) throws IOException;
    }

    /** Runs commands. */
    public interface Commands {
        /** Runs {@code command} and returns its exit code; may block where the client's streams do. */
        int run(Where where, List<String> command, Streams streams) throws IOException;
    }

    /** Answers requests, one at a time; must not block. */
    public interface Http {
        Reply answer(Request request);
    }

    /**
     * A request to a container.
     *
     * @param target path and query, such as {@code /healthz?full=1}
     * @param headers by lower-case name
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared
    public record Request(
            Where where, int port, String method, String target, SortedMap<String, String> headers, byte[] body) {
        public Request {
            headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** An answer. */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way: never compared
    public record Reply(int code, SortedMap<String, String> headers, byte[] body) {
        public Reply {
            headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
        }

        /** Plain text. */
        public static Reply text(int code, String text) {
            return new Reply(
                    code,
                    new TreeMap<>(Map.of("content-type", "text/plain; charset=utf-8")),
                    text.getBytes(StandardCharsets.UTF_8));
        }

        /** JSON. */
        public static Reply json(int code, String text) {
            return new Reply(
                    code,
                    new TreeMap<>(Map.of("content-type", "application/json")),
                    text.getBytes(StandardCharsets.UTF_8));
        }
    }

    public Conversation withLog(List<Line> other) {
        return new Conversation(other, process, commands, http);
    }

    public Conversation withProcess(Process other) {
        return new Conversation(log, Optional.of(other), commands, http);
    }

    public Conversation withCommands(Commands other) {
        return new Conversation(log, process, Optional.of(other), http);
    }

    public Conversation withHttp(Http other) {
        return new Conversation(log, process, commands, Optional.of(other));
    }
}
