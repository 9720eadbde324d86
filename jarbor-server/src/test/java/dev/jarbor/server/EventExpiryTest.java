package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long events are kept. */
class EventExpiryTest {
    private static final String EVENTS = "v1/namespaces/default/events";

    private static TestServer keeping(Duration ttl) {
        return new TestServer(ServerSettings.DEFAULT.withEventTtl(ttl));
    }

    private static void event(TestServer cluster, String name) {
        cluster.create(EVENTS, """
                {"metadata": {"name": "%s"}, "involvedObject": {"kind": "Pod", "namespace": "default", "name": "web"},
                 "lastTimestamp": "2999-01-01T00:00:00Z"}
                """.formatted(name));
    }

    private static List<String> names(TestServer cluster) {
        return cluster.list(EVENTS, Query.NONE).list("items").objects().stream()
                .map(item -> item.object("metadata").string("name"))
                .toList();
    }

    @Test
    void anEventGoesAnHourAfterItsLastChangeWhateverItSaysOfItself() {
        var cluster = new TestServer();
        event(cluster, "old");
        event(cluster, "kept-up");
        var heard = new TestServer.Heard();
        cluster.watch(EVENTS, Query.NONE, heard);
        cluster.runtime.advance(Duration.ofMinutes(30));
        cluster.patch(PatchType.MERGE, EVENTS + "/kept-up", "{\"count\": 2}");
        heard.take();

        cluster.runtime.advance(Duration.ofMinutes(29));
        assertThat(names(cluster)).containsExactly("kept-up", "old");
        cluster.runtime.advance(Duration.ofMinutes(3));

        assertThat(names(cluster)).containsExactly("kept-up");
        assertThat(heard.take()).contains("DELETED old");
        cluster.runtime.advance(Duration.ofMinutes(30));
        assertThat(names(cluster)).isEmpty();
    }

    @Test
    void manyAreRemovedAtOnceAndOtherObjectsStay() {
        TestServer cluster = keeping(Duration.ofSeconds(20));
        for (int i = 0; i < 1_200; i++) {
            event(cluster, "e" + i);
        }
        cluster.create("v1/namespaces/default/configmaps", "{\"metadata\": {\"name\": \"events\"}}");

        cluster.runtime.advance(Duration.ofSeconds(30));

        assertThat(names(cluster)).isEmpty();
        assertThat(cluster.get("v1/namespaces/default/configmaps/events")).isNotEqualTo(ObjectValue.EMPTY);
    }

    @Test
    void whereThereIsNoEndEventsStay() {
        TestServer cluster = keeping(Duration.ZERO);
        event(cluster, "for-ever");

        cluster.runtime.advance(Duration.ofDays(30));

        assertThat(names(cluster)).containsExactly("for-ever");
    }
}
