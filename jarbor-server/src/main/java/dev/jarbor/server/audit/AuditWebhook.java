package dev.jarbor.server.audit;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.auth.webhook.ReviewEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends audit events to another service. What it does not take is sent again, {@value #MOST_TRIES} times in all and each
 * time later; at most {@value #MOST_RETRIED} batches wait for that. What is lost in the end is said in the log.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/#webhook-backend">Auditing, webhook backend</a>
 */
public final class AuditWebhook implements AuditSink {
    private static final System.Logger LOG = System.getLogger(AuditWebhook.class.getName());
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MOST_TRIES = 5;
    private static final int MOST_RETRIED = 100;
    private static final double LATER = 1.5;
    private static final double JITTER = 0.2;

    private final ReviewEndpoint service;
    private final Duration firstPause;
    private final AuditTruncation truncation;
    private final Runtime runtime;
    private final AtomicInteger retried = new AtomicInteger();
    private volatile boolean closed;

    /** @param firstPause between the first try and the second */
    public AuditWebhook(ClientConfig service, Duration firstPause, AuditTruncation truncation, Runtime runtime) {
        this.service = new ReviewEndpoint(service, TIMEOUT, runtime);
        this.firstPause = firstPause;
        this.truncation = truncation;
        this.runtime = runtime;
    }

    /** The same, where no request waits for the service. */
    public AuditSink inBatches(AuditBatches.Settings settings) {
        var batches = new AuditBatches(settings, this::send, runtime);
        return new AuditSink() {
            @Override
            public void record(ObjectValue event) {
                batches.record(event);
            }

            @Override
            public void close() {
                batches.close();
                AuditWebhook.this.close();
            }
        };
    }

    /** Returns when the service has taken the event, or failed to for the first time. */
    @Override
    public void record(ObjectValue event) {
        send(List.of(event));
    }

    private void send(List<ObjectValue> events) {
        for (List<ObjectValue> portion : truncation.portions(events)) {
            send(portion, 1, firstPause);
        }
    }

    private void send(List<ObjectValue> events, int tries, Duration pause) {
        try {
            service.deliver(ObjectValue.EMPTY
                    .with("kind", "EventList")
                    .with("apiVersion", "audit.k8s.io/v1")
                    .with("metadata", ObjectValue.EMPTY)
                    .with("items", ListValue.of(events)));
        } catch (ReviewEndpoint.FailedReview failure) {
            if (tries < MOST_TRIES && !closed && retried.get() < MOST_RETRIED) {
                retry(events, tries, pause);
            } else {
                LOG.log(System.Logger.Level.ERROR, events.size() + " audit events are lost: " + failure.reason());
            }
        }
    }

    private void retry(List<ObjectValue> events, int tries, Duration pause) {
        retried.incrementAndGet();
        double spread = 1 + JITTER * runtime.random().nextDouble();
        runtime.schedule("audit webhook", times(pause, spread), () -> {
            retried.decrementAndGet();
            send(events, tries + 1, times(pause, LATER));
        });
    }

    private static Duration times(Duration pause, double factor) {
        return Duration.ofNanos(Math.round(pause.toNanos() * factor));
    }

    @Override
    public void close() {
        closed = true;
    }
}
