package dev.jarbor.client;

import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.EventSource;
import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.api.meta.v1.ObjectMeta;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Records events as core/v1 Event objects through an {@link Api}, one request at a time and in order, in the form of
 * client-go's recorder. Events about cluster-scoped objects live in the namespace {@code default}.
 *
 * <p>When the server cannot be reached an event is tried again every ten seconds, twelve times; when it refuses one, that
 * one is dropped. Up to {@value #QUEUED} events wait; those that come on top are dropped: events inform, nothing depends on
 * them.
 */
public final class ApiEventRecorder implements EventRecorder {
    static final int QUEUED = 1000;
    static final int TRIES = 12;
    static final Duration TRY_AGAIN = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(ApiEventRecorder.class.getName());
    private static final String TASK = "events";

    private final Api api;
    private final Runtime runtime;
    private final String component;
    private final String host;
    /** Touched only by the one task that writes. */
    private final EventCorrelation correlation = new EventCorrelation();

    private final Deque<Event> queue = new ArrayDeque<>();
    private boolean writing;
    private long lastName;

    /** @param component who records, in the reference's words, such as {@code deployment-controller} */
    public ApiEventRecorder(Api api, Runtime runtime, String component) {
        this(api, runtime, component, "");
    }

    /** @param host the node that the component runs on, where its events are the node's; "" elsewhere */
    public ApiEventRecorder(Api api, Runtime runtime, String component, String host) {
        this.api = api;
        this.runtime = runtime;
        this.component = component;
        this.host = host;
    }

    @Override
    public void normal(KubeObject about, String reason, String message) {
        record(about, "", "Normal", reason, message);
    }

    @Override
    public void warning(KubeObject about, String reason, String message) {
        record(about, "", "Warning", reason, message);
    }

    @Override
    public EventRecorder at(String fieldPath) {
        return new Part(fieldPath);
    }

    private void record(KubeObject about, String fieldPath, String type, String reason, String message) {
        Instant now = runtime.now();
        ObjectReference subject = referenceTo(about);
        EventSource source = EventSource.EMPTY.withComponent(component);
        String namespace = about.namespace().isEmpty() ? "default" : about.namespace();
        Event event = Event.named(namespace, nameFor(about.name(), now))
                .withInvolvedObject(fieldPath.isEmpty() ? subject : subject.withFieldPath(fieldPath))
                .withType(type)
                .withReason(reason)
                .withMessage(message)
                .withSource(host.isEmpty() ? source : source.withHost(host))
                .withReportingComponent(component)
                .withReportingInstance(host)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1);
        synchronized (queue) {
            if (queue.size() >= QUEUED) {
                return;
            }
            queue.add(event);
            if (writing) {
                return;
            }
            writing = true;
        }
        runtime.execute(TASK, this::writeNext);
    }

    private static ObjectReference referenceTo(KubeObject about) {
        ObjectMeta metadata = about.metadata();
        ObjectReference reference = ObjectReference.EMPTY
                .withApiVersion(about.apiVersion())
                .withKind(about.kind())
                .withName(metadata.name())
                .withUid(metadata.uid())
                .withResourceVersion(metadata.resourceVersion());
        return metadata.namespace().isEmpty() ? reference : reference.withNamespace(metadata.namespace());
    }

    /** {@code web.17f0a8…}: nanoseconds in hex. Two events of one instant, as virtual time makes them, get two names. */
    private String nameFor(String object, Instant now) {
        long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
        synchronized (queue) {
            lastName = Math.max(nanos, lastName + 1);
            return object + "." + Long.toHexString(lastName);
        }
    }

    private void writeNext() {
        Optional<Event> next;
        synchronized (queue) {
            next = Optional.ofNullable(queue.poll());
            writing = next.isPresent();
        }
        next.ifPresent(event -> correlation
                .observe(event, runtime.now())
                .ifPresentOrElse(plan -> write(plan, 1), () -> runtime.execute(TASK, this::writeNext)));
    }

    private void write(EventCorrelation.Plan plan, int attempt) {
        try {
            correlation.written(plan.key(), send(plan, attempt));
        } catch (ApiException refused) {
            if (refused.isRetryable() && attempt < TRIES) {
                runtime.schedule(TASK, TRY_AGAIN, () -> write(plan, attempt + 1));
                return;
            }
            // In a namespace that is going away an event has no place; that is no news.
            boolean expected = refused.isAlreadyExists() || refused.isNotFound() || refused.isNamespaceTerminating();
            if (!expected) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "event dropped: object=" + plan.event().involvedObject().name() + " reason="
                                + plan.event().reason() + " error=" + refused.getMessage());
            }
        }
        runtime.execute(TASK, this::writeNext);
    }

    private Event send(EventCorrelation.Plan plan, int attempt) {
        Event event = plan.event();
        if (!plan.repeats()) {
            return attempt == 1 ? first(event) : api.create(Event.KIND, event);
        }
        try {
            return api.patch(Event.KIND, new ObjectKey(event.namespace(), event.name()), plan.patch());
        } catch (ApiException refused) {
            if (!refused.isNotFound()) {
                throw refused;
            }
            // It has expired since (events live for an hour). A new one begins, with the count so far.
            return api.create(Event.KIND, renamed(event));
        }
    }

    /** Another recorder may have told something of the same object at the same instant; virtual time has many of those. */
    private Event first(Event event) {
        Event wanted = event;
        while (true) {
            try {
                return api.create(Event.KIND, wanted);
            } catch (ApiException refused) {
                if (!refused.isAlreadyExists()) {
                    throw refused;
                }
                wanted = renamed(event);
            }
        }
    }

    private Event renamed(Event event) {
        return event.withMetadata(
                event.metadata().withName(nameFor(event.involvedObject().name(), runtime.now())));
    }

    /** The recorder for a part of each object. */
    private final class Part implements EventRecorder {
        private final String fieldPath;

        Part(String fieldPath) {
            this.fieldPath = fieldPath;
        }

        @Override
        public void normal(KubeObject about, String reason, String message) {
            record(about, fieldPath, "Normal", reason, message);
        }

        @Override
        public void warning(KubeObject about, String reason, String message) {
            record(about, fieldPath, "Warning", reason, message);
        }

        @Override
        public EventRecorder at(String path) {
            return new Part(path);
        }
    }
}
