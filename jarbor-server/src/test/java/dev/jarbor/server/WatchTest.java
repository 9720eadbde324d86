package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What watches promise. */
class WatchTest {
    private static final String MAPS = "v1/namespaces/default/configmaps";

    private final TestServer cluster = new TestServer();

    private ObjectValue createMap(String name) {
        return cluster.create(MAPS, "{\"metadata\":{\"name\":\"" + name + "\"}}");
    }

    private static String revision(WatchEvent event) {
        return event.object().object("metadata").string("resourceVersion");
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
    void bookmarksComeEachMinuteAndCountOtherResourcesChangesToo() {
        var heard = new Heard();
        cluster.watch(MAPS, Query.NONE.with("allowWatchBookmarks", true), heard);
        cluster.runtime.runUntilIdle();
        ObjectValue other = cluster.create("v1/namespaces", "{\"metadata\":{\"name\":\"shop\"}}");

        cluster.runtime.advance(Duration.ofSeconds(61));

        assertThat(heard.events).hasSize(1);
        assertThat(heard.events.getFirst().type()).isEqualTo(WatchEvent.Type.BOOKMARK);
        assertThat(revision(heard.events.getFirst())).isEqualTo(Metadata.resourceVersion(other));
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
    void aRevisionThatHasNotComeIsRefused() {
        assertThatThrownBy(() -> cluster.watch(MAPS, Query.NONE.with("resourceVersion", 999_999), new Heard()))
                .hasMessageStartingWith("Timeout: Too large resource version: 999999, current: ");
        assertThatThrownBy(() -> cluster.watch(MAPS, Query.NONE.with("resourceVersion", "abc"), new Heard()))
                .hasMessage("invalid resource version \"abc\"");
        assertThatThrownBy(() -> cluster.watch(MAPS, Query.NONE.with("sendInitialEvents", true), new Heard()))
                .hasMessageContaining("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
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
