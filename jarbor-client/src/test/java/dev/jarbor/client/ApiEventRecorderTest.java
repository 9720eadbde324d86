package dev.jarbor.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Event;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.SimulatedRuntime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApiEventRecorderTest {
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final FakeApi api = new FakeApi(runtime);
    private final ApiEventRecorder events = new ApiEventRecorder(api, runtime, "kubelet", "node-1");
    private final Pod pod = api.put(Pod.KIND, Pod.named("shop", "web"));

    private List<Event> written() {
        return api.list(Event.KIND, "", Query.NONE).items();
    }

    private Event only() {
        assertThat(written()).hasSize(1);
        return written().getFirst();
    }

    @Test
    void anEventSaysWhatHappenedToWhomWhenAndWhoSaysSo() {
        events.warning(pod, "Failed", "no such image");
        runtime.runUntilIdle();
        Event event = only();
        assertThat(event.namespace()).isEqualTo("shop");
        assertThat(event.name()).matches("web\\.[0-9a-f]{16}");
        assertThat(event.type()).isEqualTo("Warning");
        assertThat(event.reason()).isEqualTo("Failed");
        assertThat(event.message()).isEqualTo("no such image");
        assertThat(event.count()).isEqualTo(1);
        assertThat(event.firstTimestamp()).contains(SimulatedRuntime.EPOCH);
        assertThat(event.lastTimestamp()).contains(SimulatedRuntime.EPOCH);
        assertThat(event.source().component()).isEqualTo("kubelet");
        assertThat(event.source().host()).isEqualTo("node-1");
        assertThat(event.reportingComponent()).isEqualTo("kubelet");
        assertThat(event.involvedObject().apiVersion()).isEqualTo("v1");
        assertThat(event.involvedObject().kind()).isEqualTo("Pod");
        assertThat(event.involvedObject().namespace()).isEqualTo("shop");
        assertThat(event.involvedObject().name()).isEqualTo("web");
        assertThat(event.involvedObject().uid()).isEqualTo(pod.metadata().uid());
        assertThat(event.involvedObject().resourceVersion())
                .isEqualTo(pod.metadata().resourceVersion());
    }

    @Test
    void anEventAboutAContainerCarriesItsFieldPath() {
        events.at("spec.containers{web}").normal(pod, "Started", "Started container web");
        runtime.runUntilIdle();
        assertThat(only().involvedObject().fieldPath()).isEqualTo("spec.containers{web}");
        assertThat(only().type()).isEqualTo("Normal");
    }

    @Test
    void anEventAboutAClusterScopedObjectLivesInTheDefaultNamespace() {
        events.normal(api.put(Node.KIND, Node.named("node-1")), "NodeReady", "ready");
        runtime.runUntilIdle();
        assertThat(only().namespace()).isEqualTo("default");
        assertThat(only().involvedObject().namespace()).isEmpty();
    }

    @Test
    void aRepeatRaisesTheCountOfTheEventThatIsThere() {
        events.normal(pod, "Pulled", "pulled");
        runtime.advance(Duration.ofMinutes(1));
        events.normal(pod, "Pulled", "pulled");
        runtime.advance(Duration.ofMinutes(1));
        events.normal(pod, "Pulled", "pulled");
        runtime.runUntilIdle();
        assertThat(only().count()).isEqualTo(3);
        assertThat(only().firstTimestamp()).contains(SimulatedRuntime.EPOCH);
        assertThat(only().lastTimestamp()).contains(SimulatedRuntime.EPOCH.plus(Duration.ofMinutes(2)));
    }

    @Test
    void anEventThatHasExpiredMeanwhileIsWrittenAnewWithTheCountSoFar() {
        events.normal(pod, "Pulled", "pulled");
        runtime.runUntilIdle();
        api.delete(Event.KIND, only().key());
        events.normal(pod, "Pulled", "pulled");
        runtime.runUntilIdle();
        events.normal(pod, "Pulled", "pulled");
        runtime.runUntilIdle();
        assertThat(only().count()).isEqualTo(3);
    }

    @Test
    void differentMessagesAreDifferentEventsEvenInOneInstant() {
        events.normal(pod, "Pulled", "one");
        events.normal(pod, "Pulled", "two");
        runtime.runUntilIdle();
        assertThat(written()).extracting(Event::message).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void fromTheTenthSimilarMessageOnOneEventStandsForAll() {
        for (int i = 1; i <= 12; i++) {
            events.normal(pod, "Scaled", "to " + i);
        }
        runtime.runUntilIdle();
        assertThat(written()).hasSize(10);
        assertThat(written())
                .filteredOn(event -> event.message().startsWith("(combined from similar events): "))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.message()).isEqualTo("(combined from similar events): to 12");
                    assertThat(event.count()).isEqualTo(3);
                });
    }

    @Test
    void aSourceThatKeepsOnAboutOneObjectIsHeardTwentyFiveTimesAndThenEveryFiveMinutes() {
        for (int i = 0; i < 100; i++) {
            events.warning(pod, "BackOff", "again");
        }
        runtime.runUntilIdle();
        assertThat(only().count()).isEqualTo(25);
        runtime.advance(Duration.ofMinutes(5));
        events.warning(pod, "BackOff", "again");
        events.warning(pod, "BackOff", "again");
        runtime.runUntilIdle();
        assertThat(only().count()).isEqualTo(101);
        Pod other = api.put(Pod.KIND, Pod.named("shop", "other"));
        events.warning(other, "BackOff", "again");
        runtime.runUntilIdle();
        assertThat(written()).hasSize(2);
    }

    @Test
    void whenTheServerIsAwayAnEventIsTriedAgainForTwoMinutes() {
        try (var away = api.failWhile(request -> true, ApiException.serviceUnavailable("away"))) {
            assertThat(away).isNotNull();
            events.normal(pod, "Pulled", "pulled");
            runtime.advance(Duration.ofSeconds(95));
        }
        runtime.advance(Duration.ofSeconds(30));
        assertThat(only().message()).isEqualTo("pulled");
    }

    @Test
    void anEventThatIsRefusedIsDroppedAndTheNextOneWritten() {
        api.failNext(request -> request.verb() == Verb.CREATE, ApiException.badRequest("no"));
        events.normal(pod, "Pulled", "one");
        events.normal(pod, "Pulled", "two");
        runtime.runUntilIdle();
        assertThat(only().message()).isEqualTo("two");
    }

    @Test
    void moreEventsThanCanWaitAreDropped() {
        for (int i = 0; i < ApiEventRecorder.QUEUED + 50; i++) {
            events.normal(api.put(Pod.KIND, Pod.named("shop", "pod-" + i)), "Pulled", "pulled");
        }
        runtime.runUntilIdle();
        assertThat(written()).hasSize(ApiEventRecorder.QUEUED);
    }
}
