package dev.jarbor.controllers.nodelifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Taint;
import dev.jarbor.api.core.v1.Toleration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ToleranceTest {
    private static final Instant NOON = Instant.parse("2030-01-01T12:00:00Z");

    private static Taint taint(String key, String effect) {
        return Taint.EMPTY.withKey(key).withEffect(effect).withTimeAdded(NOON);
    }

    private static Toleration exists(String key) {
        return Toleration.EMPTY.withKey(key).withOperator("Exists").withEffect("NoExecute");
    }

    private static Optional<Instant> end(List<Toleration> tolerations, List<Taint> taints) {
        return Tolerance.end(tolerations, taints, Instant.EPOCH);
    }

    @Test
    void aTaintThatDoesNotSaySinceWhenCountsFromWhenItWasNoticed() {
        Taint added = taint("a", "NoExecute").withoutTimeAdded();

        assertThat(Tolerance.end(List.of(exists("a").withTolerationSeconds(60)), List.of(added), NOON))
                .contains(NOON.plusSeconds(60));
        assertThat(Tolerance.end(List.of(), List.of(added), NOON)).contains(NOON);
    }

    @Test
    void onlyNoExecuteMakesAPodLeave() {
        assertThat(end(List.of(), List.of(taint("a", "NoSchedule")))).isEmpty();
        assertThat(end(List.of(), List.of(taint("a", "NoExecute")))).contains(NOON);
    }

    @Test
    void aTolerationWithoutALimitLetsItStay() {
        assertThat(end(List.of(exists("a")), List.of(taint("a", "NoExecute")))).isEmpty();
        assertThat(end(List.of(exists("")), List.of(taint("a", "NoExecute")))).isEmpty();
    }

    @Test
    void theShortestLimitOfAllTaintsCounts() {
        var tolerations =
                List.of(exists("a").withTolerationSeconds(300), exists("a").withTolerationSeconds(60), exists("b"));
        assertThat(end(tolerations, List.of(taint("a", "NoExecute"), taint("b", "NoExecute"))))
                .contains(NOON.plusSeconds(60));
        assertThat(end(tolerations, List.of(taint("a", "NoExecute"), taint("c", "NoExecute"))))
                .contains(NOON);
    }
}
