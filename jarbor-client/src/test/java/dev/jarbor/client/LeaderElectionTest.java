package dev.jarbor.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.coordination.v1.Lease;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.fake.FakeApi;
import dev.jarbor.runtime.ForwardingRuntime;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.SimulatedRuntime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaderElectionTest {
    private static final ObjectKey LEASE = new ObjectKey("kube-system", "controller");

    /** One candidate on a machine of its own: its clock may be wrong, and its way to the server may break. */
    private static final class Candidate implements LeaderElection.Listener {
        private final Machine machine;
        private final LeaderElection election;
        private final List<String> history = new ArrayList<>();
        private Lease held = Lease.EMPTY;
        private boolean acting;
        private boolean cutOff;

        Candidate(String name, SimulatedRuntime runtime, FakeApi server) {
            machine = new Machine(runtime);
            election = new LeaderElection(
                    new Reaching(this, server), machine, LeaderElection.Settings.of(LEASE, name), this);
        }

        @Override
        public void started(Lease held) {
            assertThat(acting).isFalse();
            acting = true;
            this.held = held;
            history.add("started");
        }

        @Override
        public void stopped() {
            assertThat(acting).isTrue();
            acting = false;
            history.add("stopped");
        }

        @Override
        public void newLeader(String identity) {
            history.add("leader " + identity);
        }
    }

    /** The server as one candidate reaches it, or not. */
    private record Reaching(Candidate candidate, FakeApi server) implements Api {
        @Override
        public ObjectValue call(ApiRequest request) {
            if (candidate.cutOff) {
                throw ApiException.serviceUnavailable("cut off");
            }
            return server.call(request);
        }

        @Override
        public Watch watch(ApiRequest request, WatchListener listener) {
            throw new UnsupportedOperationException("an election needs no watch");
        }
    }

    /** A machine whose wall clock can be set; time passes as everywhere. */
    private static final class Machine implements ForwardingRuntime {
        private final Runtime shared;
        private Duration wrong = Duration.ZERO;

        Machine(Runtime shared) {
            this.shared = shared;
        }

        @Override
        public Runtime target() {
            return shared;
        }

        @Override
        public Instant now() {
            return shared.now().plus(wrong);
        }
    }

    private final SimulatedRuntime runtime = SimulatedRuntime.shuffled(3);
    private final FakeApi server = new FakeApi(runtime);
    private final Candidate one = new Candidate("one", runtime, server);
    private final Candidate two = new Candidate("two", runtime, server);

    private Lease lease() {
        return server.get(Lease.KIND, LEASE);
    }

    private void oneLeadsAndTwoWaits() {
        one.election.start();
        runtime.advance(Duration.ofSeconds(1));
        two.election.start();
        runtime.advance(Duration.ofSeconds(5));
        assertThat(one.acting).isTrue();
        assertThat(two.acting).isFalse();
    }

    @Test
    void theFirstCandidateTakesTheLeaseAndKeepsIt() {
        oneLeadsAndTwoWaits();
        Instant renewed = lease().spec().renewTime().orElseThrow();
        runtime.advance(Duration.ofHours(1));
        assertThat(lease().spec().holderIdentity()).isEqualTo("one");
        assertThat(lease().spec().leaseDurationSeconds()).isEqualTo(15);
        assertThat(lease().spec().leaseTransitions()).isZero();
        assertThat(lease().spec().acquireTime()).contains(SimulatedRuntime.EPOCH);
        assertThat(lease().spec().renewTime().orElseThrow()).isAfter(renewed.plus(Duration.ofMinutes(59)));
        assertThat(one.history).containsExactly("started", "leader one");
        assertThat(two.history).containsExactly("leader one");
    }

    @Test
    void aLeaderThatClosesStopsAndHandsTheLeaseBack() {
        oneLeadsAndTwoWaits();
        one.election.close();
        assertThat(one.acting).isFalse();
        runtime.advance(Duration.ofSeconds(5));
        assertThat(two.acting).isTrue();
        assertThat(lease().spec().leaseTransitions()).isEqualTo(1);
        assertThat(one.history).containsExactly("started", "leader one", "stopped");
    }

    @Test
    void aLeaderThatIsCutOffStopsBeforeAnotherTakesTheLease() {
        oneLeadsAndTwoWaits();
        one.cutOff = true;
        Instant since = lease().spec().renewTime().orElseThrow();
        runtime.runUntil(() -> !one.acting, Duration.ofMinutes(1));
        assertThat(Duration.between(since, runtime.now())).isBetween(Duration.ofSeconds(10), Duration.ofSeconds(12));
        assertThat(two.acting).isFalse();
        runtime.runUntil(() -> two.acting, Duration.ofMinutes(1));
        assertThat(Duration.between(since, runtime.now())).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(20));
    }

    @Test
    void aShortOutageDoesNotCostTheLeadership() {
        oneLeadsAndTwoWaits();
        one.cutOff = true;
        runtime.advance(Duration.ofSeconds(7));
        one.cutOff = false;
        runtime.advance(Duration.ofMinutes(5));
        assertThat(one.history).containsExactly("started", "leader one");
        assertThat(two.acting).isFalse();
    }

    @Test
    void aCandidateThatLostTriesAgain() {
        oneLeadsAndTwoWaits();
        one.cutOff = true;
        runtime.advance(Duration.ofMinutes(1));
        one.cutOff = false;
        runtime.advance(Duration.ofMinutes(1));
        two.election.close();
        runtime.advance(Duration.ofMinutes(1));
        assertThat(one.history)
                .containsExactly("started", "leader one", "stopped", "leader two", "started", "leader one");
    }

    @Test
    void eachTermIsAnotherOneEvenOfTheSameHolder() {
        oneLeadsAndTwoWaits();
        Lease first = lease();
        two.cutOff = true;
        one.cutOff = true;
        runtime.advance(Duration.ofSeconds(30));
        one.cutOff = false;
        runtime.advance(Duration.ofSeconds(5));
        assertThat(one.history).containsExactly("started", "leader one", "stopped", "started");
        assertThat(lease().spec().holderIdentity()).isEqualTo("one");
        assertThat(lease().spec().leaseTransitions()).isEqualTo(first.spec().leaseTransitions() + 1);
        assertThat(lease().spec().acquireTime().orElseThrow())
                .isAfter(first.spec().acquireTime().orElseThrow());
        assertThat(one.held.spec().leaseTransitions()).isEqualTo(lease().spec().leaseTransitions());
    }

    @Test
    void aLeaseThatIsDeletedUnderItsHolderIsAnotherTerm() {
        oneLeadsAndTwoWaits();
        two.cutOff = true;
        String first = one.held.metadata().uid();
        server.delete(Lease.KIND, LEASE, DeleteOptions.NONE);
        runtime.advance(Duration.ofSeconds(5));
        assertThat(one.history).containsExactly("started", "leader one", "stopped", "started");
        assertThat(one.held.metadata().uid())
                .isEqualTo(lease().metadata().uid())
                .isNotEqualTo(first);
    }

    @Test
    void clocksThatAreWrongDecideNothing() {
        one.machine.wrong = Duration.ofDays(-30);
        two.machine.wrong = Duration.ofDays(30);
        oneLeadsAndTwoWaits();
        one.machine.wrong = Duration.ofDays(30);
        two.machine.wrong = Duration.ofDays(-30);
        runtime.advance(Duration.ofMinutes(10));
        assertThat(one.history).containsExactly("started", "leader one");
        assertThat(two.acting).isFalse();
    }

    @Test
    void aRenewalThatWritesATimeOfLongAgoIsASignOfLife() {
        oneLeadsAndTwoWaits();
        Instant seen = lease().spec().renewTime().orElseThrow();
        two.cutOff = true;
        runtime.advance(Duration.ofMinutes(1));
        Instant next = lease().spec().renewTime().orElseThrow().plusSeconds(2);
        one.machine.wrong = Duration.between(next, seen);
        runtime.advance(Duration.ofSeconds(2));
        assertThat(lease().spec().renewTime()).contains(seen);
        two.cutOff = false;
        runtime.advance(Duration.ofMinutes(1));
        assertThat(one.acting).isTrue();
        assertThat(two.acting).isFalse();
    }

    @Test
    void renewalsOnAClockThatStandsStillAreSignsOfLife() {
        oneLeadsAndTwoWaits();
        for (int i = 0; i < 30; i++) {
            one.machine.wrong = one.machine.wrong.minusSeconds(2);
            runtime.advance(Duration.ofSeconds(2));
        }
        assertThat(one.acting).isTrue();
        assertThat(two.acting).isFalse();
    }

    @Test
    void aLeaseThatSomebodyElseTookEndsTheLeadershipAtTheNextLook() {
        oneLeadsAndTwoWaits();
        Lease taken = lease();
        server.update(Lease.KIND, taken.withSpec(taken.spec().withHolderIdentity("intruder")));
        runtime.advance(Duration.ofSeconds(3));
        assertThat(one.acting).isFalse();
        assertThat(one.election.leader()).isEqualTo("intruder");
    }

    @Test
    void closingBeforeTheFirstAnswerNeverLeads() {
        one.election.start();
        one.election.close();
        runtime.advance(Duration.ofMinutes(1));
        assertThat(one.history).isEmpty();
    }

    @Test
    void settingsThatAllowTwoLeadersAreRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new LeaderElection.Settings(LEASE, "x", second, second, second, true))
                .hasMessage("leaseDuration must be greater than renewDeadline");
        assertThatThrownBy(() -> new LeaderElection.Settings(LEASE, "x", second.multipliedBy(9), second, second, true))
                .hasMessage("renewDeadline must be greater than retryPeriod*1.2");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void thereAreNeverTwoLeadersAndAlwaysOneInTheEnd(long seed) {
        var world = SimulatedRuntime.shuffled(seed);
        var api = new FakeApi(world);
        var candidates = new ArrayList<Candidate>();
        for (String name : List.of("one", "two", "three")) {
            candidates.add(new Candidate(name, world, api));
        }
        candidates.forEach(candidate -> candidate.election.start());
        RandomGenerator random = world.random();
        Runnable atMostOne = () -> assertThat(candidates.stream()
                        .filter(candidate -> candidate.acting)
                        .count())
                .as("leaders at %s with seed %d", world.now(), seed)
                .isLessThanOrEqualTo(1);
        for (int i = 0; i < 300; i++) {
            Candidate victim = candidates.get(random.nextInt(3));
            switch (random.nextInt(4)) {
                case 0 -> victim.cutOff = true;
                case 1 -> victim.cutOff = false;
                case 2 -> victim.machine.wrong = Duration.ofSeconds(random.nextInt(-100, 100));
                default ->
                    api.failNext(
                            request -> request.verb() == Verb.UPDATE,
                            ApiException.serverTimeout(new GroupResource("", "leases"), "update", 1));
            }
            world.advance(Duration.ofMillis(random.nextInt(8000)), atMostOne);
        }
        candidates.forEach(candidate -> candidate.cutOff = false);
        world.advance(Duration.ofMinutes(10), atMostOne);
        assertThat(candidates.stream().filter(candidate -> candidate.acting)).hasSize(1);
    }
}
