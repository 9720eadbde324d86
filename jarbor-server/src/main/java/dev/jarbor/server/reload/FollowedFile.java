package dev.jarbor.server.reload;

import dev.jarbor.runtime.Runtime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A file whose content is in use, looked at every minute: what it says then is taken up. Content that cannot be used is
 * logged once, tried again each time, and what was in use stays so.
 *
 * <p>Whoever is asked often looks when it is asked ({@link #lookIfDue}) and needs no end; whoever is not lets the file be
 * followed ({@link #start}).
 */
public final class FollowedFile implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FollowedFile.class.getName());
    private static final Duration EVERY = Duration.ofMinutes(1);
    /** A file that anybody would write is smaller. */
    private static final int MOST_BYTES = 16 << 20;

    private final Path file;
    private final Runtime runtime;
    private final Consumer<String> use;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile long looked;
    private volatile String used;
    private volatile String complaint = "";
    private volatile boolean closed;
    private volatile Runtime.Timer timer = () -> {};

    private FollowedFile(Path file, String used, Runtime runtime, Consumer<String> use) {
        this.file = file;
        this.used = used;
        this.runtime = runtime;
        this.use = use;
        this.looked = runtime.nanoTime();
    }

    /**
     * A file that is looked at by {@link #lookIfDue} alone.
     *
     * @param used the content in use
     * @param use takes up other content, or throws what is wrong with it
     */
    public static FollowedFile of(Path file, String used, Runtime runtime, Consumer<String> use) {
        return new FollowedFile(file, used, runtime, use);
    }

    /**
     * Begins to look every minute, until it is closed.
     *
     * @param used the content in use
     * @param use takes up other content, or throws what is wrong with it
     */
    public static FollowedFile start(Path file, String used, Runtime runtime, Consumer<String> use) {
        var followed = new FollowedFile(file, used, runtime, use);
        followed.later();
        return followed;
    }

    private void later() {
        timer = runtime.schedule("follow " + file, EVERY, () -> {
            look();
            if (!closed) {
                later();
            }
        });
    }

    /** Looks where a minute has gone by since the last time. One of those who ask at once does it. */
    public void lookIfDue() {
        if (runtime.nanoTime() - looked >= EVERY.toNanos() && looking.tryLock()) {
            try {
                look();
            } finally {
                looking.unlock();
            }
        }
    }

    /** Looks now, and not only at the next minute. */
    public void look() {
        looked = runtime.nanoTime();
        try {
            String content = read();
            if (!content.equals(used)) {
                use.accept(content);
                used = content;
                LOG.log(System.Logger.Level.INFO, "taken up: {0}", file);
            }
            complaint = "";
        } catch (IOException | RuntimeException wrong) {
            String why = String.valueOf(wrong.getMessage());
            if (!why.equals(complaint)) {
                LOG.log(System.Logger.Level.WARNING, "what was in use stays so: {0} cannot be: {1}", file, why);
            }
            complaint = why;
        }
    }

    private String read() throws IOException {
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException("it has more than " + MOST_BYTES + " bytes");
        }
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        closed = true;
        timer.cancel();
    }
}
