package dev.jarbor.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Probe;
import org.junit.jupiter.api.Test;

/** When answers of a probe change its verdict. */
class ProbeStateTest {
    private static ProbeState after(Probe probe, boolean... answers) {
        ProbeState state = ProbeState.NEW;
        for (boolean answer : answers) {
            state = state.after(answer, probe);
        }
        return state;
    }

    @Test
    void oneSuccessIsEnoughAndThreeFailuresInARowAreNeededWhereNothingIsSet() {
        assertThat(after(Probe.EMPTY, true).succeeded()).isTrue();
        assertThat(after(Probe.EMPTY, true, false, false).succeeded()).isTrue();
        assertThat(after(Probe.EMPTY, true, false, false, false).failed()).isTrue();
    }

    @Test
    void aSuccessInBetweenStartsTheCountOfFailuresAnew() {
        assertThat(after(Probe.EMPTY, true, false, false, true, false, false).failed())
                .isFalse();
    }

    @Test
    void theThresholdsOfTheProbeCount() {
        Probe probe = Probe.EMPTY.withSuccessThreshold(2).withFailureThreshold(1);
        assertThat(after(probe, true).succeeded()).isFalse();
        assertThat(after(probe, true, true).succeeded()).isTrue();
        assertThat(after(probe, true, true, false).failed()).isTrue();
    }
}
