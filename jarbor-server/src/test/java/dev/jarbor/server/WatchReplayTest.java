package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.server.TestServer.Heard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A list and the watch from it, at any revision and under any selector, come to what the store holds. */
class WatchReplayTest {
    private static final String MAPS = "v1/namespaces/default/configmaps";

    /** One write to one of a few objects. */
    record Step(int object, Kind kind) {
        enum Kind {
            RED,
            BLUE,
            BARE,
            DELETE
        }
    }

    @Property(tries = 150)
    void aListAndTheWatchFromItReproduceTheStore(
            @ForAll("steps") List<Step> steps, @ForAll("selectors") Query selector, @ForAll("starts") int start) {
        var cluster = new TestServer();
        var revisions = new ArrayList<Long>(List.of(cluster.store.snapshot().revision()));
        for (Step step : steps) {
            carryOut(cluster, step);
            revisions.add(cluster.store.snapshot().revision());
        }
        String from = Long.toString(revisions.get(start % revisions.size()));

        ObjectValue list =
                cluster.list(MAPS, selector.with("resourceVersion", from).with("resourceVersionMatch", "Exact"));
        var heard = new Heard();
        cluster.watch(MAPS, selector.with("resourceVersion", from), heard);
        cluster.runtime.runUntilIdle();

        Map<String, ObjectValue> replayed = byName(list);
        long last = Long.parseLong(from);
        for (WatchEvent event : heard.events) {
            long revision = Long.parseLong(Metadata.resourceVersion(event.object()));
            assertThat(revision).as("events come in order and once").isGreaterThan(last);
            last = revision;
            apply(replayed, event);
        }
        assertThat(replayed).isEqualTo(byName(cluster.list(MAPS, selector)));
    }

    /** Paging with a limit, whatever happens meanwhile, is the list as it was when the first page was read. */
    @Property(tries = 60)
    void pagesTogetherAreTheListAtTheFirstPage(
            @ForAll("steps") List<Step> before, @ForAll("steps") List<Step> meanwhile, @ForAll("starts") int size) {
        var cluster = new TestServer();
        before.forEach(step -> carryOut(cluster, step));
        Query paged = Query.NONE.with("limit", 1 + size % 3);
        ObjectValue whole = cluster.list(MAPS, Query.NONE);

        var items = new ArrayList<ObjectValue>();
        ObjectValue page = cluster.list(MAPS, paged);
        var steps = new ArrayList<>(meanwhile);
        items.addAll(page.list("items").objects());
        while (!page.object("metadata").string("continue").isEmpty()) {
            if (!steps.isEmpty()) {
                carryOut(cluster, steps.removeFirst());
            }
            page = cluster.list(
                    MAPS, paged.with("continue", page.object("metadata").string("continue")));
            assertThat(page.object("metadata").string("resourceVersion"))
                    .isEqualTo(whole.object("metadata").string("resourceVersion"));
            items.addAll(page.list("items").objects());
        }
        assertThat(items).isEqualTo(whole.list("items").objects());
    }

    private static void apply(Map<String, ObjectValue> objects, WatchEvent event) {
        String name = Metadata.of(event.object()).string("name");
        switch (event.type()) {
            case ADDED ->
                assertThat(objects.put(name, event.object())).as("added once").isNull();
            case MODIFIED ->
                assertThat(objects.put(name, event.object()))
                        .as("modified when known")
                        .isNotNull();
            case DELETED ->
                assertThat(objects.remove(name)).as("deleted when known").isNotNull();
            case BOOKMARK, ERROR -> throw new AssertionError("unexpected " + event);
        }
    }

    private static Map<String, ObjectValue> byName(ObjectValue list) {
        var objects = new TreeMap<String, ObjectValue>();
        list.list("items")
                .objects()
                .forEach(item -> objects.put(Metadata.of(item).string("name"), item));
        return objects;
    }

    private static void carryOut(TestServer cluster, Step step) {
        String name = "m" + step.object();
        boolean exists = byName(cluster.list(MAPS, Query.NONE)).containsKey(name);
        String labels = switch (step.kind()) {
            case RED -> "{\"color\":\"red\"}";
            case BLUE -> "{\"color\":\"blue\"}";
            case BARE, DELETE -> "{\"color\":null}";
        };
        if (step.kind() == Step.Kind.DELETE) {
            if (exists) {
                cluster.handle(Verb.DELETE, MAPS + "/" + name, Query.NONE, ObjectValue.EMPTY);
            }
        } else if (exists) {
            cluster.patch(PatchType.MERGE, MAPS + "/" + name, "{\"metadata\":{\"labels\":" + labels + "}}");
        } else {
            cluster.create(
                    MAPS,
                    "{\"metadata\":{\"name\":\"" + name + "\""
                            + (step.kind() == Step.Kind.BARE ? "" : ",\"labels\":" + labels) + "}}");
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<Step> step = Combinators.combine(
                        Arbitraries.integers().between(0, 4), Arbitraries.of(Step.Kind.values()))
                .as(Step::new);
        return step.list().ofMaxSize(25);
    }

    @Provide
    Arbitrary<Integer> starts() {
        return Arbitraries.integers().between(0, 1000);
    }

    @Provide
    Arbitrary<Query> selectors() {
        return Arbitraries.of(
                Query.NONE,
                Query.labels("color=red"),
                Query.labels("color!=red"),
                Query.labels("color in (red,blue)"),
                Query.labels("!color"),
                Query.fields("metadata.name=m1"),
                Query.fields("metadata.name!=m1"));
    }
}
