package dev.jarbor.server.flow;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.CompactedException;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import dev.jarbor.store.Watch;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps the objects of flow control in order: says in the status of each FlowSchema whether its level exists, and brings
 * mandatory objects back when they are deleted.
 */
public final class FlowUpkeep implements AutoCloseable {
    /** Where FlowSchemas are kept. */
    public static final String SCHEMAS = "flowschemas.flowcontrol.apiserver.k8s.io";
    /** Where PriorityLevelConfigurations are kept. */
    public static final String LEVELS = "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io";

    private static final System.Logger LOG = System.getLogger(FlowUpkeep.class.getName());
    private static final String GROUP = "flowcontrol.apiserver.k8s.io";
    private static final int BATCH = 256;

    private final Store store;
    private final Runtime runtime;
    private final Api api;
    private final AtomicBoolean due = new AtomicBoolean();
    private volatile Watch schemas;
    private volatile Watch levels;
    private volatile boolean active;

    /** @param api as a user who may write these objects */
    public FlowUpkeep(Store store, Runtime runtime, Api api) {
        this.store = store;
        this.runtime = runtime;
        this.api = api;
        long now = store.snapshot().revision();
        this.schemas = store.watch(SCHEMAS, now, this::wake);
        this.levels = store.watch(LEVELS, now, this::wake);
    }

    /** Looks at everything now, and again whenever something changes. */
    public void start() {
        resume();
        wake();
    }

    /** The same where all is in order now. */
    public void resume() {
        active = true;
    }

    /** The status of a FlowSchema, as of {@code now}. */
    public static ObjectValue status(ObjectValue schema, boolean levelExists, Runtime runtime) {
        String level =
                schema.object("spec").object("priorityLevelConfiguration").string("name");
        String names = "This FlowSchema references the PriorityLevelConfiguration object named \"" + level + "\"";
        ObjectValue condition = ObjectValue.builder()
                .put("type", "Dangling")
                .put("status", levelExists ? "False" : "True")
                .put(
                        "lastTransitionTime",
                        runtime.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("reason", levelExists ? "Found" : "NotFound")
                .put("message", names + (levelExists ? " and it exists" : " but there is no such object"))
                .build();
        return ObjectValue.of("conditions", ListValue.of(condition));
    }

    private void wake() {
        if (active && due.compareAndSet(false, true)) {
            runtime.execute("flow control upkeep", this::look);
        }
    }

    private void look() {
        due.set(false);
        if (!active) {
            return;
        }
        schemas = read(schemas, SCHEMAS);
        levels = read(levels, LEVELS);
        Snapshot now = store.snapshot();
        BootstrapFlows.objects().forEach(object -> restore(now, object));
        now.all(SCHEMAS).forEach((key, schema) -> tell(now, key, schema));
    }

    /** Reads on to the newest event; what they say is seen in the snapshot. */
    private Watch read(Watch watch, String resource) {
        try {
            while (!watch.poll(BATCH).isEmpty()) {
                // only the position matters
            }
            return watch;
        } catch (CompactedException overtaken) {
            watch.close();
            wake();
            return store.watch(resource, store.snapshot().revision(), this::wake);
        }
    }

    private void restore(Snapshot now, ObjectValue object) {
        String name = object.object("metadata").string("name");
        String plural = object.string("kind").equals("FlowSchema") ? "flowschemas" : "prioritylevelconfigurations";
        boolean missing = now.get(plural + "." + GROUP, ObjectKey.cluster(name)).isEmpty();
        if (missing && BootstrapFlows.isMandatory(name)) {
            call(ApiRequest.of(Verb.CREATE, path(plural, "", ""), Query.NONE, object));
        }
    }

    private void tell(Snapshot now, ObjectKey key, ObjectValue schema) {
        String level =
                schema.object("spec").object("priorityLevelConfiguration").string("name");
        boolean exists = now.get(LEVELS, ObjectKey.cluster(level)).isPresent();
        ObjectValue wanted = status(schema, exists, runtime);
        Set<String> told = Set.copyOf(schema.object("status").list("conditions").objects().stream()
                .filter(condition -> condition.string("type").equals("Dangling"))
                .map(condition -> condition.string("status") + condition.string("message"))
                .toList());
        ObjectValue condition = wanted.list("conditions").objects().getFirst();
        if (!told.contains(condition.string("status") + condition.string("message"))) {
            call(new ApiRequest(
                    Verb.PATCH,
                    path("flowschemas", key.name(), "status"),
                    Query.NONE.with("fieldManager", "api-priority-and-fairness-config-consumer-v1"),
                    ObjectValue.of("status", wanted),
                    PatchType.MERGE));
        }
    }

    private static ResourcePath path(String plural, String name, String subresource) {
        return new ResourcePath(GROUP, "v1", plural, "", name, subresource);
    }

    private void call(ApiRequest request) {
        try {
            api.call(request);
        } catch (ApiException refused) {
            // somebody was faster; the change that they made wakes us again
            LOG.log(System.Logger.Level.DEBUG, "flow control upkeep", refused);
        }
    }

    @Override
    public void close() {
        active = false;
        schemas.close();
        levels.close();
    }
}
