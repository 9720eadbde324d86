package dev.jarbor.client;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.api.status.Category;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Keeps a {@link SharedInformer} as the server has it: one list, then a watch from the list's version, and so on from the
 * last version seen whenever the watch ends. Where the server no longer has the history in between (410), or the watch
 * reports any other error, it lists again.
 *
 * <p>Two kinds of steps alternate. Requests run as tasks and change nothing; what comes back is taken in {@link Turns},
 * where all state is kept. {@code round} numbers the lists and watches: what an earlier round still sends is not heard.
 *
 * <p>No list goes back in time: it asks for a state not older than what was seen before (the first time than it was told;
 * any for "0"), and only when the server says it does not have that for the latest one.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes">Efficient
 *     detection of changes; the figures are those of client-go's reflector</a>
 */
final class Reflector<T extends KubeObject> {
    private static final System.Logger LOG = System.getLogger(Reflector.class.getName());
    private static final Duration LEAST_WATCH = Duration.ofMinutes(5);
    private static final Duration VERY_SHORT = Duration.ofSeconds(1);
    /** A server that has not ended the watch this long after it should have is no longer there. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private static final int PAGE = 500;
    private static final Watch NO_WATCH = () -> {};
    private static final Runtime.Timer NO_TIMER = () -> {};

    private final Api api;
    private final Runtime runtime;
    private final Kind<T> kind;
    private final String namespace;
    private final Query query;
    private final SharedInformer<T> informer;
    private final Turns turns;
    private final Runnable whenListed;
    private final String task;
    private final Backoff backoff;

    private long round;
    private boolean closed;
    private String version;
    private boolean latestOnly;
    private Watch watch = NO_WATCH;
    private Runtime.Timer timer = NO_TIMER;
    private long watchSince;
    private boolean heard;
    private String lastFault = "";
    /** What there is at {@code version}, where that is known before anything has been listed. */
    private Optional<KnownObjects.Held<T>> known = Optional.empty();

    /**
     * @param since the version that the first list is not to be older than; "0" for any
     * @param whenListed run in the turn of each list that has been taken
     */
    Reflector(
            Api api,
            Runtime runtime,
            SharedInformer<T> informer,
            String namespace,
            Query query,
            String since,
            Turns turns,
            Runnable whenListed) {
        this.api = api;
        this.runtime = runtime;
        this.informer = informer;
        this.kind = informer.kind();
        this.namespace = namespace;
        this.query = query;
        this.version = since;
        this.turns = turns;
        this.whenListed = whenListed;
        this.task = "informer " + kind.resource();
        this.backoff = Backoff.ofReflector(runtime);
    }

    /** Before the start: there is no need to list, because {@code objects} are all that there are at {@code at}. */
    void beginWith(KnownObjects.Held<T> objects, String at) {
        known = Optional.of(objects);
        version = at;
    }

    void start() {
        if (known.isPresent()) {
            runtime.execute(task, () -> turns.take(this::begin));
        } else {
            turns.take(this::list);
        }
    }

    private void begin() {
        if (!closed) {
            known.ifPresent(informer::begin);
            known = Optional.empty();
            whenListed.run();
            watch();
        }
    }

    void close() {
        turns.take(() -> {
            closed = true;
            nextRound();
        });
    }

    /** Whether an answer to {@code asked} is still waited for. */
    private boolean current(long asked) {
        return !closed && asked == round;
    }

    /** Leaves the present list or watch behind. */
    private long nextRound() {
        timer.cancel();
        timer = NO_TIMER;
        Watch last = watch;
        watch = NO_WATCH;
        if (!last.equals(NO_WATCH)) {
            runtime.execute(task, last::close);
        }
        return ++round;
    }

    private void list() {
        if (closed) {
            return;
        }
        long asked = nextRound();
        String from = latestOnly ? "" : version;
        runtime.execute(task, () -> fetch(asked, from));
    }

    private void fetch(long asked, String from) {
        try {
            ObjectList<T> list =
                    from.isEmpty() ? pages() : api.list(kind, namespace, query.with("resourceVersion", from));
            turns.take(() -> listed(asked, list));
        } catch (RuntimeException failure) {
            turns.take(() -> listFailed(asked, failure));
        }
    }

    /** The latest state, page by page, so that no server has to make one huge answer. */
    private ObjectList<T> pages() {
        var items = new ArrayList<T>();
        Query page = query.with("limit", PAGE);
        ObjectList<T> answer = api.list(kind, namespace, page);
        items.addAll(answer.items());
        while (!answer.continueToken().isEmpty()) {
            try {
                answer = api.list(kind, namespace, page.with("continue", answer.continueToken()));
            } catch (ApiException refused) {
                if (!refused.isGone()) {
                    throw refused;
                }
                // Compacted between two pages: the whole at once cannot be.
                return api.list(kind, namespace, query);
            }
            items.addAll(answer.items());
        }
        return new ObjectList<>(List.copyOf(items), answer.resourceVersion(), "");
    }

    private void listed(long asked, ObjectList<T> list) {
        if (!current(asked)) {
            return;
        }
        latestOnly = false;
        version = list.resourceVersion();
        informer.replace(list.items());
        whenListed.run();
        watch();
    }

    private void listFailed(long asked, RuntimeException failure) {
        if (!current(asked)) {
            return;
        }
        boolean noSuchVersion = failure instanceof ApiException refused && (refused.isGone() || tooLarge(refused));
        if (noSuchVersion && !latestOnly) {
            latestOnly = true;
            list();
            return;
        }
        report("list", failure);
        later(this::list);
    }

    private static boolean tooLarge(ApiException refused) {
        return refused.status().details().causes().stream()
                .anyMatch(cause -> cause.reason().equals("ResourceVersionTooLarge"));
    }

    private void watch() {
        if (closed) {
            return;
        }
        long asked = nextRound();
        watchSince = runtime.nanoTime();
        heard = false;
        Query options =
                query.with("watch", true).with("allowWatchBookmarks", true).with("resourceVersion", version);
        if (runtime.mayBlock()) {
            options = limited(options, asked);
        }
        ResourcePath path = ResourcePath.collection(kind, namespace);
        var request = ApiRequest.of(Verb.WATCH, path, options, ObjectValue.EMPTY);
        runtime.execute(task, () -> open(asked, request));
    }

    /** A connection may be lost without a word, so no watch is to last for ever; calls within a process are not lost. */
    private Query limited(Query options, long asked) {
        long seconds = LEAST_WATCH.toSeconds() + runtime.random().nextLong(LEAST_WATCH.toSeconds());
        timer = runtime.schedule(task, Duration.ofSeconds(seconds).plus(GRACE), () -> turns.take(() -> ended(asked)));
        return options.with("timeoutSeconds", seconds);
    }

    private void open(long asked, ApiRequest request) {
        try {
            Watch opened = api.watch(request, new Listening(asked));
            turns.take(() -> opened(asked, opened));
        } catch (RuntimeException failure) {
            turns.take(() -> watchFailed(asked, failure));
        }
    }

    private void opened(long asked, Watch opened) {
        if (current(asked)) {
            watch = opened;
        } else {
            runtime.execute(task, opened::close);
        }
    }

    private void watchFailed(long asked, RuntimeException failure) {
        if (!current(asked)) {
            return;
        }
        report("watch", failure);
        boolean unavailable = failure instanceof ApiException refused && refused.isRetryable();
        later(unavailable ? this::watch : this::list);
    }

    private void happened(long asked, WatchEvent event) {
        if (!current(asked)) {
            return;
        }
        heard = true;
        switch (event.type()) {
            case ADDED, MODIFIED -> informer.put(kind.read(event.object()));
            case DELETED -> informer.remove(kind.read(event.object()));
            case BOOKMARK -> {}
            case ERROR -> {
                var error = new ApiException(ApiStatus.read(event.object()));
                if (error.category() != Category.GONE) {
                    report("watch", error);
                }
                later(this::list);
                return;
            }
        }
        version = event.object().object("metadata").string("resourceVersion");
        lastFault = "";
    }

    /** The watch is over and said nothing bad: go on where it stopped, at once unless it never really ran. */
    private void ended(long asked) {
        if (!current(asked)) {
            return;
        }
        long lasted = runtime.nanoTime() - watchSince;
        if (!heard && lasted < VERY_SHORT.toNanos()) {
            later(this::watch);
        } else {
            watch();
        }
    }

    private void later(Runnable step) {
        long asked = nextRound();
        timer = runtime.schedule(
                task,
                backoff.next(),
                () -> turns.take(() -> {
                    if (current(asked)) {
                        step.run();
                    }
                }));
    }

    private void report(String what, RuntimeException failure) {
        String fault = what + ": " + failure.getMessage();
        if (!fault.equals(lastFault)) {
            lastFault = fault;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "cannot follow the objects of a kind, trying again: kind=" + kind + " namespace=" + namespace
                            + " error=" + fault);
        }
    }

    /** Hands the events of one round into turns. */
    private final class Listening implements WatchListener {
        private final long asked;

        Listening(long asked) {
            this.asked = asked;
        }

        @Override
        public void event(WatchEvent event) {
            turns.take(() -> happened(asked, event));
        }

        @Override
        public void closed() {
            turns.take(() -> ended(asked));
        }
    }
}
