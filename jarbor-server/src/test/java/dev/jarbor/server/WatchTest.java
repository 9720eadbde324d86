package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.client.WatchListener;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.server.TestServer.Heard;
import dev.jarbor.server.auth.User;
import dev.jarbor.store.MemoryStore;
import dev.jarbor.store.Snapshot;
import dev.jarbor.testing.Conformance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** What watches promise. */
class WatchTest {
    private static final String MAPS = "v1/namespaces/default/configmaps";

    private static final Query INITIAL = Query.NONE
            .with("sendInitialEvents", true)
            .with("resourceVersionMatch", "NotOlderThan")
            .with("allowWatchBookmarks", true);

    private final TestServer cluster = new TestServer();

    private ObjectValue createMap(String name) {
        return cluster.create(MAPS, "{\"metadata\":{\"name\":\"" + name + "\"}}");
    }

    private static String revision(WatchEvent event) {
        return event.object().object("metadata").string("resourceVersion");
    }

    private Query label(String value) {
        return Query.labels("watch-this-configmap in (" + value + ")");
    }

    private ObjectValue labelled(String name, String value) {
        return cluster.create(
                MAPS,
                "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":{\"watch-this-configmap\":\"" + value + "\"}}}");
    }

    private ObjectValue change(String name, String patch) {
        return cluster.patch(PatchType.MERGE, MAPS + "/" + name, patch);
    }

    @Test
    @Conformance("AM-92")
    void watchesObserveWhatTheirSelectorMatchesBeingAddedModifiedAndDeleted() {
        var one = new Heard();
        var two = new Heard();
        var both = new Heard();
        cluster.watch(MAPS, label("a"), one);
        cluster.watch(MAPS, label("b"), two);
        cluster.watch(MAPS, label("a,b"), both);
        labelled("first", "a");
        change("first", "{\"data\":{\"mutation\":\"1\"}}");
        change("first", "{\"data\":{\"mutation\":\"2\"}}");
        cluster.delete(MAPS + "/first", "{}");
        labelled("second", "b");
        cluster.delete(MAPS + "/second", "{}");
        cluster.runtime.runUntilIdle();

        assertThat(one.take()).containsExactly("ADDED first", "MODIFIED first", "MODIFIED first", "DELETED first");
        assertThat(two.take()).containsExactly("ADDED second", "DELETED second");
        assertThat(both.take())
                .containsExactly(
                        "ADDED first",
                        "MODIFIED first",
                        "MODIFIED first",
                        "DELETED first",
                        "ADDED second",
                        "DELETED second");
    }

    @Test
    @Conformance("AM-91")
    void aWatchStartsAtTheRevisionOfAnUpdate() {
        labelled("map", "from");
        ObjectValue first = change("map", "{\"data\":{\"mutation\":\"1\"}}");
        change("map", "{\"data\":{\"mutation\":\"2\"}}");
        cluster.delete(MAPS + "/map", "{}");
        var heard = new Heard();
        cluster.watch(MAPS, label("from").with("resourceVersion", Metadata.resourceVersion(first)), heard);
        cluster.runtime.runUntilIdle();

        assertThat(heard.take()).containsExactly("MODIFIED map", "DELETED map");
    }

    @Test
    @Conformance("AM-90")
    void aWatchGoesOnWhereTheOneBeforeItEnded() {
        var before = new Heard();
        Watch watch = cluster.watch(MAPS, label("restarted"), before);
        labelled("map", "restarted");
        change("map", "{\"data\":{\"mutation\":\"1\"}}");
        cluster.runtime.runUntilIdle();
        String last = revision(before.events.getLast());
        watch.close();
        change("map", "{\"data\":{\"mutation\":\"2\"}}");
        var after = new Heard();
        cluster.watch(MAPS, label("restarted").with("resourceVersion", last), after);
        cluster.delete(MAPS + "/map", "{}");
        cluster.runtime.runUntilIdle();

        assertThat(before.take()).containsExactly("ADDED map", "MODIFIED map");
        assertThat(after.take()).containsExactly("MODIFIED map", "DELETED map");
    }

    @Test
    @Conformance("AM-93")
    void anObjectThatLeavesTheSelectorIsDeletedAndOneThatComesBackIsAdded() {
        var heard = new Heard();
        cluster.watch(MAPS, label("stays"), heard);
        labelled("map", "stays");
        change("map", "{\"data\":{\"mutation\":\"1\"}}");
        change("map", "{\"metadata\":{\"labels\":{\"watch-this-configmap\":\"leaves\"}}}");
        change("map", "{\"data\":{\"mutation\":\"2\"}}");
        ObjectValue back = change("map", "{\"metadata\":{\"labels\":{\"watch-this-configmap\":\"stays\"}}}");
        change("map", "{\"data\":{\"mutation\":\"3\"}}");
        cluster.delete(MAPS + "/map", "{}");
        cluster.runtime.runUntilIdle();

        assertThat(heard.events.get(3).object()).isEqualTo(back);
        assertThat(heard.take())
                .containsExactly(
                        "ADDED map", "MODIFIED map", "DELETED map", "ADDED map", "MODIFIED map", "DELETED map");
    }

    @Test
    @Conformance("AM-94")
    void concurrentWatchesHearTheSameOrder() {
        ObjectValue start = createMap("start");
        var watches = new ArrayList<Heard>();
        for (int i = 0; i < 30; i++) {
            String name = "map-" + i % 7;
            switch (i / 7 % 3) {
                case 0 ->
                    cluster.server.handle(
                            User.ADMIN,
                            ApiRequest.of(
                                    Verb.UPDATE,
                                    TestServer.path(MAPS + "/start"),
                                    Query.NONE,
                                    Json.object("{\"metadata\":{\"name\":\"start\"},\"data\":{\"i\":\"" + i + "\"}}")));
                case 1 -> createMap(name);
                default -> cluster.delete(MAPS + "/" + name, "{}");
            }
            var heard = new Heard();
            cluster.watch(MAPS, Query.NONE.with("resourceVersion", Metadata.resourceVersion(start)), heard);
            watches.add(heard);
        }
        cluster.runtime.runUntilIdle();

        assertThat(watches.getFirst().events).hasSize(30);
        assertThat(watches).allSatisfy(heard -> assertThat(heard.events).isEqualTo(watches.getFirst().events));
    }

    @Test
    void aWatchFromARevisionReportsWhatFollowedIt() {
        ObjectValue one = createMap("one");
        createMap("two");
        var heard = new Heard();
        cluster.watch(MAPS, Query.NONE.with("resourceVersion", Metadata.resourceVersion(one)), heard);
        cluster.runtime.runUntilIdle();

        assertThat(heard.take()).containsExactly("ADDED two");
    }

    @Test
    void aWatchListEndsItsFirstEventsWithAMarkedBookmark() {
        createMap("one");
        var heard = new Heard();
        cluster.watch(
                MAPS,
                Query.NONE
                        .with("sendInitialEvents", true)
                        .with("resourceVersionMatch", "NotOlderThan")
                        .with("allowWatchBookmarks", true),
                heard);
        cluster.runtime.runUntilIdle();

        assertThat(heard.events).hasSize(2);
        WatchEvent mark = heard.events.getLast();
        assertThat(mark.type()).isEqualTo(WatchEvent.Type.BOOKMARK);
        assertThat(mark.object().string("kind")).isEqualTo("ConfigMap");
        assertThat(mark.object().object("metadata").object("annotations").string("k8s.io/initial-events-end"))
                .isEqualTo("true");
    }

    @Test
    void bookmarksComeEachMinuteAndCountOtherResourcesChangesTooWhereHistoryIsForgotten() {
        var server = new TestServer(new ForgetfulStore());
        var heard = new Heard();
        server.watch(MAPS, Query.NONE.with("allowWatchBookmarks", true), heard);
        server.runtime.runUntilIdle();
        heard.take();
        ObjectValue other = server.create("v1/namespaces", "{\"metadata\":{\"name\":\"shop\"}}");

        server.runtime.advance(Duration.ofSeconds(61));

        assertThat(heard.events).hasSize(1);
        assertThat(heard.events.getFirst().type()).isEqualTo(WatchEvent.Type.BOOKMARK);
        assertThat(revision(heard.events.getFirst())).isEqualTo(Metadata.resourceVersion(other));
    }

    @Test
    void aQuietKindNeedsNoBookmarksWhereItsHistoryStays() {
        ObjectValue first = createMap("first");
        var heard = new Heard();
        String known = Metadata.resourceVersion(first);
        Query from = Query.NONE.with("resourceVersion", known).with("allowWatchBookmarks", true);
        cluster.watch(MAPS, from, heard);
        for (int round = 0; round < 10_000; round++) {
            cluster.patch(
                    PatchType.MERGE, "v1/namespaces/default", "{\"metadata\":{\"labels\":{\"n\":\"" + round + "\"}}}");
        }
        cluster.runtime.advance(Duration.ofMinutes(10));
        assertThat(heard.take()).isEmpty();

        var later = new Heard();
        cluster.watch(MAPS, from, later);
        ObjectValue second = createMap("second");
        cluster.runtime.runUntilIdle();
        assertThat(later.events)
                .singleElement()
                .satisfies(event -> assertThat(revision(event)).isEqualTo(Metadata.resourceVersion(second)));
    }

    @Test
    void whatAWatchDoesNotSelectItIsToldOfByABookmark() {
        var heard = new Heard();
        ObjectValue first = createMap("first");
        cluster.watch(
                MAPS,
                Query.fields("metadata.name=first")
                        .with("resourceVersion", Metadata.resourceVersion(first))
                        .with("allowWatchBookmarks", true),
                heard);
        ObjectValue other = createMap("other");
        cluster.runtime.advance(Duration.ofMinutes(10));

        assertThat(heard.events).singleElement().satisfies(event -> {
            assertThat(event.type()).isEqualTo(WatchEvent.Type.BOOKMARK);
            assertThat(revision(event)).isEqualTo(Metadata.resourceVersion(other));
        });
    }

    @Test
    void aWatchEndsWhenItsTimeIsOverOrItIsClosed() {
        var timed = new Heard();
        cluster.watch(MAPS, Query.NONE.with("timeoutSeconds", 5), timed);
        var closed = new Heard();
        Watch watch = cluster.watch(MAPS, Query.NONE, closed);
        watch.close();
        cluster.runtime.advance(Duration.ofSeconds(6));
        createMap("late");
        cluster.runtime.runUntilIdle();

        assertThat(timed.closed).isTrue();
        assertThat(timed.take()).isEmpty();
        assertThat(closed.closed).isTrue();
        assertThat(closed.take()).isEmpty();
    }

    @Test
    void aRevisionThatIsNoLongerKnownIsAnErrorEventWithCode410() {
        var small = new TestServer(new MemoryStore(Snapshot.EMPTY, 64));
        ObjectValue first = small.create(MAPS, "{\"metadata\":{\"name\":\"one\"}}");
        for (int i = 0; i < 100; i++) {
            small.patch(PatchType.MERGE, MAPS + "/one", "{\"data\":{\"i\":\"" + i + "\"}}");
        }
        var heard = new Heard();
        small.watch(MAPS, Query.NONE.with("resourceVersion", Metadata.resourceVersion(first)), heard);
        small.runtime.runUntilIdle();

        assertThat(heard.closed).isTrue();
        assertThat(heard.events.getFirst().type()).isEqualTo(WatchEvent.Type.ERROR);
        assertThat(heard.events.getFirst().object().integer("code")).isEqualTo(410);
        assertThat(heard.events.getFirst().object().string("reason")).isEqualTo("Expired");
    }

    @Test
    void aListenerThatIsTooSlowEndsWith410InsteadOfMissingEvents() {
        var small = new TestServer(new MemoryStore(Snapshot.EMPTY, 64));
        var heard = new Heard();
        small.watch(MAPS, Query.NONE, heard);
        small.create(MAPS, "{\"metadata\":{\"name\":\"one\"}}");
        for (int i = 0; i < 100; i++) {
            small.patch(PatchType.MERGE, MAPS + "/one", "{\"data\":{\"i\":\"" + i + "\"}}");
        }
        small.runtime.runUntilIdle();

        assertThat(heard.events)
                .last()
                .satisfies(event -> assertThat(event.object().integer("code")).isEqualTo(410));
        assertThat(heard.closed).isTrue();
    }

    @Test
    void aRevisionThatHasNotComeIsWaitedFor() {
        long now = Long.parseLong(Metadata.resourceVersion(createMap("one")));
        var heard = new Heard();
        cluster.watch(MAPS, Query.NONE.with("resourceVersion", now + 2), heard);
        createMap("two");
        createMap("three");
        createMap("four");
        cluster.runtime.runUntilIdle();

        assertThat(heard.take()).containsExactly("ADDED four");
    }

    @Test
    void theMarkAfterTheFirstEventsWaitsForTheRevisionAskedFor() {
        long now = Long.parseLong(Metadata.resourceVersion(createMap("one")));
        var heard = new Heard();
        cluster.watch(MAPS, INITIAL.with("resourceVersion", now + 1), heard);
        cluster.runtime.advance(Duration.ofSeconds(1));
        assertThat(heard.take()).containsExactly("ADDED one");

        cluster.create("v1/namespaces", "{\"metadata\":{\"name\":\"shop\"}}");
        cluster.runtime.advance(Duration.ofSeconds(1));

        assertThat(heard.events).singleElement().satisfies(event -> {
            assertThat(event.type()).isEqualTo(WatchEvent.Type.BOOKMARK);
            assertThat(revision(event)).isEqualTo(Long.toString(now + 1));
            assertThat(event.object().object("metadata").object("annotations").string("k8s.io/initial-events-end"))
                    .isEqualTo("true");
        });
    }

    @Test
    void whatMakesNoSenseTogetherIsRefused() {
        refused(Query.NONE.with("resourceVersion", "abc"), 422)
                .hasMessage("configmaps \"\" is invalid: resourceVersion: Invalid value: \"abc\": strconv.ParseUint:"
                        + " parsing \"abc\": invalid syntax");
        refused(Query.NONE.with("sendInitialEvents", true), 422)
                .hasMessage("ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden:"
                        + " sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        refused(Query.NONE.with("resourceVersionMatch", "NotOlderThan"), 422)
                .hasMessageContaining(
                        "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        refused(INITIAL.with("resourceVersionMatch", "Exact"), 422)
                .hasMessageContaining(
                        "resourceVersionMatch: Unsupported value: \"Exact\": supported values:" + " \"NotOlderThan\"");
        refused(INITIAL.with("continue", "x"), 422)
                .hasMessageContaining("resourceVersionMatch is forbidden when continue is provided");
        refused(Query.NONE.with("timeoutSeconds", "1m"), 400)
                .hasMessage("strconv.ParseInt: parsing \"1m\": invalid syntax");
        refused(Query.fields("spec.color=red"), 400)
                .hasMessage("\"spec.color\" is not a known field selector: only \"metadata.name\","
                        + " \"metadata.namespace\"");
    }

    private AbstractThrowableAssert<?, ?> refused(Query query, int code) {
        return assertThatThrownBy(() -> cluster.watch(MAPS, query, new Heard()))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refused -> assertThat(refused.status().code()).isEqualTo(code));
    }

    @Test
    void theLastBookmarkComesTwoSecondsBeforeTheEnd() {
        var server = new TestServer(new ForgetfulStore());
        var heard = new Heard();
        server.watch(MAPS, Query.NONE.with("allowWatchBookmarks", true).with("timeoutSeconds", 30), heard);
        server.runtime.advance(Duration.ofSeconds(27));
        heard.events.removeIf(event -> event.object().object("metadata").has("annotations"));
        assertThat(heard.events).isEmpty();

        ObjectValue other = server.create("v1/namespaces", "{\"metadata\":{\"name\":\"shop\"}}");
        server.runtime.advance(Duration.ofMillis(1500));

        assertThat(heard.events)
                .singleElement()
                .satisfies(event -> assertThat(revision(event)).isEqualTo(Metadata.resourceVersion(other)));
    }

    @Test
    void withoutARevisionAWatchWithBookmarksMarksTheEndOfWhatExists() {
        createMap("one");
        var heard = new Heard();
        cluster.watch(MAPS, Query.NONE.with("allowWatchBookmarks", true), heard);
        cluster.runtime.runUntilIdle();

        assertThat(heard.take()).containsExactly("ADDED one", "BOOKMARK ");
    }

    @Test
    void manyWritersAndWatchesOnTheLiveRuntimeSeeOneOrder() throws Exception {
        int writers = 4;
        int each = 100;
        try (var runtime = new LiveRuntime();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var server = new ApiServer(new MemoryStore(), runtime, ServerSettings.DEFAULT);
            server.start();
            var all = new CountDownLatch(3 * writers * each);
            var lists = new ArrayList<List<String>>();
            for (int i = 0; i < 3; i++) {
                var names = new ArrayList<String>();
                lists.add(names);
                server.watch(User.ADMIN, ApiRequest.of(Verb.WATCH, TestServer.path(MAPS)), listener(event -> {
                    names.add(event.object().object("metadata").string("name"));
                    all.countDown();
                }));
            }
            for (int i = 0; i < writers; i++) {
                String prefix = "w" + i + "-";
                threads.execute(() -> {
                    for (int j = 0; j < each; j++) {
                        server.handle(
                                User.ADMIN,
                                ApiRequest.of(
                                        Verb.CREATE,
                                        TestServer.path(MAPS),
                                        Query.NONE,
                                        Json.object("{\"metadata\":{\"name\":\"" + prefix + j + "\"}}")));
                    }
                });
            }
            assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(lists.get(0)).hasSize(writers * each).doesNotHaveDuplicates();
            assertThat(lists.get(1)).isEqualTo(lists.get(0));
            assertThat(lists.get(2)).isEqualTo(lists.get(0));
        }
    }

    private interface OnEvent {
        void event(WatchEvent event);
    }

    private static WatchListener listener(OnEvent action) {
        return new WatchListener() {
            @Override
            public void event(WatchEvent event) {
                action.event(event);
            }

            @Override
            public void closed() {}
        };
    }
}
