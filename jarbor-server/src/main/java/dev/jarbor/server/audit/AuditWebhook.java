package dev.jarbor.server.audit;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.auth.webhook.ReviewEndpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends audit events to another service, many at a time. At most {@value #MOST_WAITING} wait; what comes when so many do, and
 * what the service does not take, is lost and said in the log.
 */
public final class AuditWebhook implements AuditSink {
    private static final System.Logger LOG = System.getLogger(AuditWebhook.class.getName());
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MOST_WAITING = 10_000;
    private static final int MOST_AT_ONCE = 400;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final ReviewEndpoint service;
    private final Runtime runtime;
    private final List<ObjectValue> waiting = new ArrayList<>();
    private boolean sending;

    public AuditWebhook(ClientConfig service, Runtime runtime) {
        this.service = new ReviewEndpoint(service, TIMEOUT, runtime);
        this.runtime = runtime;
    }

    @Override
    public synchronized void record(ObjectValue event) {
        if (waiting.size() >= MOST_WAITING) {
            LOG.log(System.Logger.Level.ERROR, "an audit event is lost: the webhook is too slow");
            return;
        }
        waiting.add(event);
        if (waiting.size() == 1) {
            runtime.schedule("audit webhook", LONGEST_WAIT, this::send);
        } else if (waiting.size() >= MOST_AT_ONCE && !sending) {
            sending = true;
            runtime.execute("audit webhook", this::send);
        }
    }

    private synchronized List<ObjectValue> take() {
        int count = Math.min(MOST_AT_ONCE, waiting.size());
        List<ObjectValue> taken = List.copyOf(waiting.subList(0, count));
        waiting.subList(0, count).clear();
        sending = !waiting.isEmpty();
        return taken;
    }

    private void send() {
        for (List<ObjectValue> events = take(); !events.isEmpty(); events = take()) {
            try {
                service.post(ObjectValue.EMPTY
                        .with("kind", "EventList")
                        .with("apiVersion", "audit.k8s.io/v1")
                        .with("metadata", ObjectValue.EMPTY)
                        .with("items", ListValue.of(events)));
            } catch (ReviewEndpoint.FailedReview failure) {
                LOG.log(System.Logger.Level.ERROR, events.size() + " audit events are lost: " + failure.reason());
            }
        }
    }

    @Override
    public void close() {
        send();
    }
}
