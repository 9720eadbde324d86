package dev.jarbor.server.flow;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.store.Snapshot;
import dev.jarbor.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Classifies requests by the FlowSchemas of the cluster and lets them run by the PriorityLevelConfigurations. A request
 * that would have to wait longer than a quarter of the time it may take is turned away.
 *
 * <p>Seats are taken for as long as a request runs; a watch takes them only until it has begun. What the reference does and
 * this does not: seats held on after a write for the watchers it wakes, and borrowing adjusted every ten seconds by
 * demand instead of at once.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/cluster-administration/flow-control/">API Priority and Fairness</a>
 */
public final class FlowControl {
    static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Store store;
    private final Runtime runtime;
    private final Seats seats;
    private volatile FlowMetrics metrics;
    private volatile Configuration configuration = new Configuration(Snapshot.EMPTY, List.of(), Map.of());

    /** What the objects in {@code source} say; schemas in the order in which they match. */
    private record Configuration(Snapshot source, List<FlowSchema> schemas, Map<String, ObjectValue> levels) {
        @SuppressWarnings("ReferenceEquality") // the very same maps: nothing has changed
        boolean isOf(Snapshot snapshot) {
            return source == snapshot
                    || (source.all(FlowUpkeep.SCHEMAS) == snapshot.all(FlowUpkeep.SCHEMAS)
                            && source.all(FlowUpkeep.LEVELS) == snapshot.all(FlowUpkeep.LEVELS));
        }
    }

    public FlowControl(Store store, Runtime runtime, int totalSeats) {
        this.store = store;
        this.runtime = runtime;
        this.seats = new Seats(totalSeats);
        this.metrics = new FlowMetrics(new MetricRegistry(), seats);
    }

    /**
     * How a request was classified.
     *
     * @param schemaUid of the FlowSchema, for the answer's header
     * @param levelUid of the PriorityLevelConfiguration
     */
    public record Class(String schema, String schemaUid, String level, String levelUid) {}

    /** What becomes of a request. */
    public sealed interface Outcome {
        Class flow();

        /** It may run; {@code done} must be called once when it has. */
        record Start(Class flow, Runnable done) implements Outcome {}

        /** It is to be answered with 429. */
        record Reject(Class flow) implements Outcome {}
    }

    /**
     * Decides over a request, now or later.
     *
     * @param width how many seats it takes
     * @param decided told once
     */
    public void submit(Attributes request, int width, Consumer<Outcome> decided) {
        Configuration now = refreshed();
        FlowSchema schema = now.schemas().stream()
                .filter(each -> each.matches(request))
                .findFirst()
                .orElse(new FlowSchema("catch-all", "", ObjectValue.EMPTY));
        // a schema whose level does not exist lets its requests through to the last one
        String level = now.levels().containsKey(schema.level()) ? schema.level() : "catch-all";
        String levelUid = now.levels()
                .getOrDefault(level, ObjectValue.EMPTY)
                .object("metadata")
                .string("uid");
        var flow = new Class(schema.name(), schema.uid(), level, levelUid);
        long hash = FlowHash.of(schema.name(), schema.distinguisher(request));
        new Waiting(flow, hash, width, decided).begin();
    }

    /** Counts what happens here in {@code registry}, under the reference's names. */
    public void register(MetricRegistry registry) {
        metrics = new FlowMetrics(registry, seats);
    }

    /** The configuration of the latest revision: read anew only when one of its objects has changed. */
    private Configuration refreshed() {
        Snapshot snapshot = store.snapshot();
        Configuration known = configuration;
        return known.isOf(snapshot) ? known : refresh(snapshot);
    }

    private synchronized Configuration refresh(Snapshot snapshot) {
        if (configuration.isOf(snapshot)) {
            return configuration;
        }
        var levels = new TreeMap<String, ObjectValue>();
        snapshot.all(FlowUpkeep.LEVELS).forEach((key, object) -> levels.put(key.name(), object));
        List<FlowSchema> schemas = snapshot.all(FlowUpkeep.SCHEMAS).values().stream()
                .map(FlowSchema::of)
                .sorted(FlowSchema.ORDER)
                .toList();
        seats.configure(levels);
        configuration = new Configuration(snapshot, schemas, levels);
        return configuration;
    }

    /** One request between its arrival and its end. */
    private final class Waiting implements Work.Listener {
        private final Class flow;
        private final Work work;
        private final Consumer<Outcome> decided;
        private final AtomicBoolean finished = new AtomicBoolean();
        private volatile Runtime.Timer patience = () -> {};
        private volatile boolean settled;

        Waiting(Class flow, long hash, int width, Consumer<Outcome> decided) {
            this.flow = flow;
            this.decided = decided;
            this.work = new Work(hash, width, this);
        }

        void begin() {
            seats.submit(flow.level(), work);
            if (!settled) {
                patience = runtime.schedule("flow control", PATIENCE, () -> seats.expire(flow.level(), work));
                if (settled) {
                    patience.cancel();
                }
            }
        }

        @Override
        public void started() {
            settle();
            metrics.dispatched(flow);
            decided.accept(new Outcome.Start(flow, this::done));
        }

        @Override
        public void rejected(Work.Rejection why) {
            settle();
            metrics.rejected(flow, why);
            decided.accept(new Outcome.Reject(flow));
        }

        private void settle() {
            settled = true;
            patience.cancel();
        }

        private void done() {
            if (finished.compareAndSet(false, true)) {
                seats.finish(flow.level(), work);
            }
        }
    }
}
