package dev.jarbor.controllers.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.ContainerState;
import dev.jarbor.api.core.v1.ContainerStateRunning;
import dev.jarbor.api.core.v1.ContainerStateTerminated;
import dev.jarbor.api.core.v1.ContainerStatus;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodCondition;
import dev.jarbor.api.core.v1.PodStatus;
import dev.jarbor.api.meta.v1.ObjectMeta;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
    private static final Instant START = Instant.parse("2026-01-01T10:00:00Z");

    private static ContainerStatus ended(long second) {
        return ContainerStatus.EMPTY.withState(ContainerState.EMPTY.withTerminated(
                ContainerStateTerminated.EMPTY.withFinishedAt(START.plusSeconds(second))));
    }

    private static Pod pod(ContainerStatus... containers) {
        return Pod.EMPTY
                .withMetadata(ObjectMeta.EMPTY.withCreationTimestamp(START.minusSeconds(1)))
                .withStatus(PodStatus.EMPTY.withContainerStatuses(List.of(containers)));
    }

    private static List<Pod> ends(String seconds) {
        return seconds.isEmpty()
                ? List.of()
                : Stream.of(seconds.split(" "))
                        .map(Long::parseLong)
                        .map(second -> pod(ended(second)))
                        .toList();
    }

    @ParameterizedTest
    @CsvSource({
        // failures before and when the last was, when pods succeeded and failed, failures then and when the last was
        "0, , '', '', 0,",
        "2, 5, '', '', 2, 5",
        "0, , '', '3 9 4', 3, 9",
        "1, 2, '', '7', 2, 7",
        "3, 5, '6', '', 0,",
        "3, 5, '8', '6 7', 0,",
        "3, 5, '6', '6 7 9', 2, 9",
        "3, 5, '2 6', '7', 1, 7",
    })
    void itCountsTheFailuresSinceTheLastSuccess(
            int before, Long last, String succeeded, String failed, int after, Long latest) {
        var known = new Backoff(before, Optional.ofNullable(last).map(START::plusSeconds));
        assertThat(known.after(ends(succeeded), ends(failed)))
                .isEqualTo(new Backoff(after, Optional.ofNullable(latest).map(START::plusSeconds)));
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "2, 20", "3, 40", "6, 320", "7, 600", "100, 600"})
    void itDoublesUpToTenMinutes(int failures, long seconds) {
        assertThat(new Backoff(failures, Optional.of(START)).until()).contains(START.plusSeconds(seconds));
        assertThat(Backoff.NONE.until()).isEmpty();
    }

    @Test
    void aPodHasEndedWhenAllOfItsContainersHave() {
        assertThat(JobPods.end(pod(ended(3), ended(7), ended(5)))).isEqualTo(START.plusSeconds(7));
    }

    @Test
    void otherwiseItEndedWhenItWasNoLongerReadyOrWasToldToGoOrElseWhenItWasMade() {
        var runs = ContainerStatus.EMPTY.withState(ContainerState.EMPTY.withRunning(ContainerStateRunning.EMPTY));
        Pod made = pod(ended(3), runs);
        Pod going = made.withMetadata(
                made.metadata().withDeletionTimestamp(START.plusSeconds(40)).withDeletionGracePeriodSeconds(30L));
        Pod unready = going.withStatus(going.status()
                .withConditions(List.of(PodCondition.EMPTY
                        .withType("Ready")
                        .withStatus("False")
                        .withLastTransitionTime(START.plusSeconds(4)))));
        assertThat(JobPods.end(unready)).isEqualTo(START.plusSeconds(4));
        assertThat(JobPods.end(going)).isEqualTo(START.plusSeconds(10));
        assertThat(JobPods.end(made)).isEqualTo(START.minusSeconds(1));
    }
}
