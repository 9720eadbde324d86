package dev.jarbor.node.simulated;

import dev.jarbor.client.NodeConnection.LogOptions;
import dev.jarbor.client.NodeConnection.ResizeListener;
import dev.jarbor.client.NodeConnection.Streams;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.runtime.ExecResult;
import dev.jarbor.node.runtime.ProbeAnswer;
import dev.jarbor.node.runtime.ProbeTarget;
import dev.jarbor.node.simulated.Conversation.Line;
import dev.jarbor.node.simulated.Conversation.Reply;
import dev.jarbor.node.simulated.Conversation.Request;
import dev.jarbor.node.simulated.Conversation.Where;
import dev.jarbor.runtime.Runtime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Asks simulated containers what their {@link Conversation} answers. */
final class Talk {
    private Talk() {}

    static Where where(ContainerRecord container) {
        return new Where(container.pod(), container.name());
    }

    /** What a command of a probe or hook comes to; well where nobody says what commands do. */
    static ExecResult run(Conversation conversation, ContainerRecord container, List<String> command) {
        if (conversation.commands().isEmpty()) {
            return new ExecResult(0, "");
        }
        var output = new ByteArrayOutputStream();
        try {
            int code = conversation.commands().get().run(where(container), command, new Unheard(output));
            return new ExecResult(code, output.toString(StandardCharsets.UTF_8));
        } catch (IOException broken) {
            return new ExecResult(1, String.valueOf(broken.getMessage()));
        }
    }

    /** Streams of nobody: no input, and output that is gathered. */
    private record Unheard(OutputStream output) implements Streams {
        @Override
        public InputStream stdin() {
            return InputStream.nullInputStream();
        }

        @Override
        public OutputStream stdout() {
            return output;
        }

        @Override
        public OutputStream stderr() {
            return output;
        }

        @Override
        public void onResize(ResizeListener listener) {
            // nobody resizes
        }
    }

    /** The process that reads it finds its end. */
    static void endInput(Streams streams) {
        try {
            streams.stdin().close();
        } catch (IOException ended) {
            // whoever reads it is told so
        }
    }

    /** What a probe over HTTP finds; empty where nobody says what HTTP answers, or the probe asks otherwise. */
    static Optional<ProbeAnswer> probe(Conversation conversation, ContainerRecord container, ProbeTarget target) {
        if (!(target instanceof ProbeTarget.Http http) || conversation.http().isEmpty()) {
            return Optional.empty();
        }
        var headers = new TreeMap<String, String>();
        http.headers().forEach(header -> headers.put(header.name().toLowerCase(Locale.ROOT), header.value()));
        Reply reply = conversation
                .http()
                .get()
                .answer(new Request(where(container), http.port(), "GET", http.path(), headers, new byte[0]));
        return Optional.of(
                reply.code() >= 200 && reply.code() < 400
                        ? ProbeAnswer.SUCCESS
                        : ProbeAnswer.failure("HTTP probe failed with statuscode: " + reply.code()));
    }

    /**
     * Writes a log, and goes on with it where that is asked for until the container has ended.
     *
     * @param present the container as it is now; empty when it is gone
     */
    record Follower(Runtime runtime, Supplier<Optional<ContainerRecord>> present) {
        private static final long LOOK_MILLIS = 10;
        private static final LogOptions FOLLOW = new LogOptions(true, false, false, -1, -1, "", -1);

        void write(List<Line> lines, ContainerRecord container, LogOptions options, OutputStream sink)
                throws IOException {
            write(lines, 0, container, options, sink);
        }

        /** Writes what is not there yet, until the container has ended. */
        void writeNew(List<Line> lines, ContainerRecord container, OutputStream sink) throws IOException {
            write(lines, LogText.count(lines, container, runtime.now()), container, FOLLOW, sink);
        }

        private void write(List<Line> lines, int from, ContainerRecord container, LogOptions options, OutputStream sink)
                throws IOException {
            int written = from;
            var never = new CountDownLatch(1);
            Optional<ContainerRecord> now = Optional.of(container);
            boolean more = true;
            while (more) {
                ContainerRecord seen = now.get();
                int count = LogText.count(lines, seen, runtime.now());
                if (written == 0 || count > written) {
                    sink.write(LogText.of(lines, seen, options, written, runtime.now()));
                    sink.flush();
                    written = count;
                }
                more = options.follow() && seen.running() && !awaited(never);
                now = present.get();
                more &= now.isPresent();
            }
        }

        private static boolean awaited(CountDownLatch never) throws IOException {
            try {
                return never.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("the log was stopped").initCause(stopped);
            }
        }
    }
}
