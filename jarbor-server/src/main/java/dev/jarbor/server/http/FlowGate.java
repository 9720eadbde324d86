package dev.jarbor.server.http;

import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.flow.FlowControl;
import dev.jarbor.server.registry.ServedResource;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Where requests of the face wait until priority and fairness lets them through. */
final class FlowGate implements Gate {
    private static final int OBJECTS_OF_A_SEAT = 100;
    private static final int MOST_SEATS = 10;

    private final ApiServer server;
    private final FlowControl flow;

    FlowGate(ApiServer server, FlowControl flow) {
        this.server = server;
        this.flow = flow;
    }

    /** A watch gives its seats back once it has begun. */
    @Override
    public void pass(User user, RequestTarget target, CountedExchange exchange, Runnable work) {
        RequestHead head = exchange.head();
        boolean watch = target instanceof RequestTarget.Resource resource && Metrics.isWatch(head, resource);
        if (Metrics.isLong(head, target) && !watch) {
            work.run();
            return;
        }
        FlowControl.Outcome outcome = await(attributes(user, head, target), width(head, target));
        exchange.add("X-Kubernetes-Pf-Flowschema-Uid", outcome.flow().schemaUid());
        exchange.add("X-Kubernetes-Pf-Prioritylevel-Uid", outcome.flow().levelUid());
        switch (outcome) {
            case FlowControl.Outcome.Reject ignored -> exchange.send(Gate.tooMany());
            case FlowControl.Outcome.Start start -> {
                exchange.onStream(start.done());
                try {
                    work.run();
                } finally {
                    start.done().run();
                }
            }
        }
    }

    private FlowControl.Outcome await(Attributes asked, int width) {
        var decided = new CompletableFuture<FlowControl.Outcome>();
        flow.submit(asked, width, outcome -> {
            if (!decided.complete(outcome)) {
                release(outcome);
            }
        });
        try {
            return decided.get();
        } catch (InterruptedException | ExecutionException stopped) {
            if (!decided.cancel(false)) {
                release(decided.join());
            }
            throw new GoneException(stopped);
        }
    }

    /** Nobody waits any longer: the seats go back. */
    private static void release(FlowControl.Outcome outcome) {
        if (outcome instanceof FlowControl.Outcome.Start start) {
            start.done().run();
        }
    }

    /** A list takes a seat for each hundred objects that it looks at, up to ten. */
    private int width(RequestHead head, RequestTarget target) {
        if (!(target instanceof RequestTarget.Resource resource)
                || !head.method().equals("GET")
                || !resource.path().name().isEmpty()) {
            return 1;
        }
        ResourcePath path = resource.path();
        int stored = server.registry()
                .find(path.group(), path.version(), path.plural())
                .filter(ServedResource::isStored)
                .map(served -> server.store().snapshot().all(served.storage()).size())
                .orElse(0);
        return Math.clamp(Math.ceilDiv(stored, OBJECTS_OF_A_SEAT), 1, MOST_SEATS);
    }

    private static Attributes attributes(User user, RequestHead head, RequestTarget target) {
        return switch (target) {
            case RequestTarget.NonResource(String path) ->
                Attributes.nonResource(user, head.method().toLowerCase(Locale.ROOT), path);
            case RequestTarget.Resource resource -> {
                ResourcePath path = resource.path();
                String verb = RequestTarget.verb(
                                head.method(), resource, head.query().bool("watch"))
                        .map(Verb::word)
                        .orElse(head.method().toLowerCase(Locale.ROOT));
                boolean namespace = path.group().isEmpty() && path.plural().equals("namespaces");
                yield new Attributes(
                        user,
                        verb,
                        path.group(),
                        path.version(),
                        path.plural(),
                        path.subresource(),
                        namespace ? path.name() : path.namespace(),
                        path.name(),
                        "");
            }
        };
    }
}
