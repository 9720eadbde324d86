package dev.jarbor.controllers.namespace;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Controller;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Query;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Empties namespaces that are being deleted, and takes its finalizer away when nothing is left.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/">Namespaces</a>
 */
public final class NamespaceController implements ControlLoop {
    private static final int WORKERS = 10;
    private static final String NAME = "namespace-controller";
    private static final String FINALIZER = "kubernetes";
    /** Somebody waits for the namespace to go, and most things go soon, long before the grace of pods is over. */
    private static final Duration AT_FIRST = Duration.ofSeconds(1);

    private static final Duration FIRST = Duration.ofSeconds(30);
    /** What takes longer waits for somebody: as the reference, which gives finalizers 15 s and looks at half of that. */
    private static final Duration LATER = Duration.ofSeconds(8);

    private final Api api;
    private final Runtime runtime;
    private final NamespaceContents contents;
    private final Controller queue;

    /** @param resources what the cluster serves, such as {@code Schemas.builtIn().resources()} */
    public NamespaceController(Api api, Informers informers, Runtime runtime, List<ResourceDefinition> resources) {
        this.api = api;
        this.runtime = runtime;
        this.contents = new NamespaceContents(api, NamespaceContents.kinds(resources));
        this.queue = new Controller(NAME, informers, runtime, WORKERS, this::reconcile);
        informers.of(Namespace.KIND).onChange(change -> {
            if (change.object().metadata().hasDeletionTimestamp()) {
                queue.enqueue(change.object().key());
            }
        });
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private Outcome reconcile(ObjectKey key) {
        // Read from the server: a copy that is behind would have a finished namespace emptied again.
        Optional<Namespace> found = api.find(Namespace.KIND, key)
                .filter(namespace -> namespace.metadata().hasDeletionTimestamp());
        if (found.isEmpty() || !found.get().spec().finalizers().contains(FINALIZER)) {
            return Outcome.DONE;
        }
        Instant now = runtime.now();
        Instant since = found.get().metadata().deletionTimestamp().orElse(now);
        Emptied emptied = contents.delete(key.name(), since, now);
        Namespace told = report(found.get(), emptied);
        if (emptied.isDone()) {
            finish(told);
            return Outcome.DONE;
        }
        return Outcome.again(now.isBefore(since.plus(FIRST)) ? AT_FIRST : LATER);
    }

    private Namespace report(Namespace namespace, Emptied emptied) {
        var status = emptied.told(namespace.status(), runtime.now());
        return status.equals(namespace.status())
                ? namespace
                : api.updateStatus(Namespace.KIND, namespace.withStatus(status));
    }

    private void finish(Namespace namespace) {
        var others = new ArrayList<>(namespace.spec().finalizers());
        others.remove(FINALIZER);
        Namespace released = namespace.withSpec(namespace.spec().withFinalizers(others));
        ResourcePath path = ResourcePath.of(Namespace.KIND, namespace.key()).withSubresource("finalize");
        IfThere.write(
                () -> api.call(ApiRequest.of(Verb.UPDATE, path, Query.NONE, Namespace.KIND.stamp(released.value()))));
    }
}
