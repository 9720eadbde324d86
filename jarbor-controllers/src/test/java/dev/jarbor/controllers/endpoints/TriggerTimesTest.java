package dev.jarbor.controllers.endpoints;

import static dev.jarbor.controllers.Samples.NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.api.core.v1.Service;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TriggerTimesTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private final TriggerTimes times = new TriggerTimes();

    private static Service service(long created) {
        Service service = Service.named(NAMESPACE, "web");
        return service.withMetadata(service.metadata().withCreationTimestamp(START.plusSeconds(created)));
    }

    private static Pod pod(String name, long ready) {
        return Pod.named(NAMESPACE, name)
                .withStatus(PodStatus.EMPTY.withConditions(List.of(PodCondition.EMPTY
                        .withType("Ready")
                        .withStatus("True")
                        .withLastTransitionTime(START.plusSeconds(ready)))));
    }

    @Test
    void aNewServiceIsTheChangeEvenWhereItsPodsAreOlderOrNewer() {
        assertThat(times.next(service(5), List.of(pod("a", 1), pod("b", 9)))).contains(START.plusSeconds(5));
    }

    @Test
    void theEarliestChangeSinceTheLastPassCounts() {
        times.next(service(0), List.of(pod("a", 1)));
        assertThat(times.next(service(0), List.of(pod("a", 8), pod("b", 6), pod("c", 7))))
                .contains(START.plusSeconds(6));
    }

    @Test
    void whereNothingChangedThereIsNoTime() {
        times.next(service(0), List.of(pod("a", 1), pod("b", 2)));
        assertThat(times.next(service(0), List.of(pod("a", 1))))
                .as("a pod is gone, nobody knows when")
                .isEmpty();
        assertThat(times.next(service(0), List.of(pod("a", 1)))).isEmpty();
    }

    @Test
    void aServiceThatWasMadeAnewIsAChange() {
        times.next(service(0), List.of(pod("a", 1)));
        assertThat(times.next(service(20), List.of(pod("a", 1)))).contains(START.plusSeconds(20));
        times.forget(service(0).key());
        assertThat(times.next(service(20), List.of(pod("a", 1)))).contains(START.plusSeconds(20));
    }
}
