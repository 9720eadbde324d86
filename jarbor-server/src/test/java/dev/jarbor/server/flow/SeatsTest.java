package dev.jarbor.server.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How seats are shared out, lent, and waited for. */
class SeatsTest {
    private final List<String> news = new ArrayList<>();

    private static ObjectValue level(String yaml) {
        return ObjectValue.of("spec", Yaml.parse(yaml));
    }

    private static String limited(int shares, int lendable, String more) {
        return "{type: Limited, limited: {nominalConcurrencyShares: " + shares + ", lendablePercent: " + lendable + more
                + "}}";
    }

    private static final String QUEUE =
            ", limitResponse: {type: Queue, queuing: {queues: 8, handSize: 2, queueLengthLimit: 2}}";
    private static final String REJECT = ", limitResponse: {type: Reject}";

    private Seats seats(int total, Map<String, String> levels) {
        var seats = new Seats(total);
        var configurations = new TreeMap<String, ObjectValue>();
        levels.forEach((name, yaml) -> configurations.put(name, level(yaml)));
        seats.configure(configurations);
        return seats;
    }

    private Work work(String name, long flow) {
        return work(name, flow, 1);
    }

    private Work work(String name, long flow, int width) {
        return new Work(flow, width, new Work.Listener() {
            @Override
            public void started() {
                news.add(name + " started");
            }

            @Override
            public void rejected(Work.Rejection why) {
                news.add(name + " " + why.word());
            }
        });
    }

    @Test
    void seatsAreDividedInProportionToShares() {
        Seats seats = seats(600, Map.of("a", limited(30, 0, QUEUE), "b", limited(10, 0, QUEUE)));

        assertThat(seats.levels()).extracting(Level::nominal).containsExactly(450, 150);
    }

    @Test
    void whatDoesNotFitWaitsAndGoesWhenASeatIsFree() {
        Seats seats = seats(1, Map.of("a", limited(1, 0, QUEUE)));
        Work one = work("one", 1);
        seats.submit("a", one);
        seats.submit("a", work("two", 2));
        assertThat(news).containsExactly("one started");

        seats.finish("a", one);

        assertThat(news).containsExactly("one started", "two started");
    }

    @Test
    void withoutQueuesWhatDoesNotFitIsTurnedAway() {
        Seats seats = seats(1, Map.of("a", limited(1, 0, REJECT)));
        seats.submit("a", work("one", 1));
        seats.submit("a", work("two", 1));

        assertThat(news).containsExactly("one started", "two concurrency-limit");
    }

    @Test
    void oneFlowFillsItsHandOfQueuesAndNoMore() {
        Seats seats = seats(1, Map.of("a", limited(1, 0, QUEUE)));
        seats.submit("a", work("first", 0));
        for (int i = 0; i < 5; i++) {
            seats.submit("a", work("greedy" + i, 7));
        }
        assertThat(news).containsExactly("first started", "greedy4 queue-full");

        var hand = new HashSet<>(new FairQueues(8, 2, 2).hand(7));
        long other = 8;
        while (new FairQueues(8, 2, 2).hand(other).stream().anyMatch(hand::contains)) {
            other++;
        }
        seats.submit("a", work("modest", other));
        assertThat(news).doesNotContain("modest queue-full");
    }

    @Test
    void flowsTakeTurnsHoweverManyRequestsOneHas() {
        var queues = new FairQueues(64, 1, 100);
        for (int i = 0; i < 50; i++) {
            queues.add(work("greedy" + i, 3));
        }
        queues.add(work("modest0", 40));
        queues.add(work("modest1", 40));
        var order = new ArrayList<Long>();
        for (int i = 0; i < 4; i++) {
            order.add(queues.peek().orElseThrow().flow());
            queues.take();
        }

        assertThat(order).containsExactly(3L, 40L, 3L, 40L);
    }

    @Test
    void aLevelBorrowsWhatOthersDoNotNeedAndNoMoreThanItMay() {
        Seats seats = seats(
                20,
                Map.of(
                        "busy", limited(10, 0, REJECT + ", borrowingLimitPercent: 30"),
                        "idle", limited(10, 50, QUEUE)));
        for (int i = 0; i < 15; i++) {
            seats.submit("busy", work("b" + i, i));
        }

        assertThat(news.stream().filter(line -> line.endsWith("started"))).hasSize(13);
        assertThat(news.stream().filter(line -> line.endsWith("concurrency-limit")))
                .hasSize(2);
    }

    @Test
    void whoLendsNeverWaitsForItsOwnSeats() {
        Seats seats = seats(20, Map.of("busy", limited(10, 0, REJECT), "lender", limited(10, 50, REJECT)));
        for (int i = 0; i < 15; i++) {
            seats.submit("busy", work("b" + i, i));
        }
        for (int i = 0; i < 10; i++) {
            seats.submit("lender", work("l" + i, i));
        }

        assertThat(news).hasSize(25).allMatch(line -> line.endsWith("started"));
    }

    @Test
    void wideRequestsTakeMoreAndTheOnlyOneAlwaysFits() {
        Seats seats = seats(4, Map.of("a", limited(1, 0, REJECT)));
        Work wide = work("wide", 1, 10);
        seats.submit("a", wide);
        seats.submit("a", work("small", 2));
        seats.finish("a", wide);
        seats.submit("a", work("next", 2, 3));
        seats.submit("a", work("last", 2, 2));

        assertThat(news)
                .containsExactly("wide started", "small concurrency-limit", "next started", "last concurrency-limit");
    }

    @Test
    void whoWaitedTooLongIsTurnedAwayAndItsPlaceIsFree() {
        Seats seats = seats(1, Map.of("a", limited(1, 0, QUEUE)));
        Work one = work("one", 1);
        Work two = work("two", 2);
        seats.submit("a", one);
        seats.submit("a", two);
        seats.expire("a", two);
        seats.expire("a", one);
        seats.finish("a", one);

        assertThat(news).containsExactly("one started", "two time-out");
        assertThat(seats.levels()).allMatch(Level::isIdle);
    }

    @Test
    void aChangedConfigurationDealsWhatWaitsAnew() {
        Seats seats = seats(1, Map.of("a", limited(1, 0, QUEUE)));
        seats.submit("a", work("one", 1));
        seats.submit("a", work("two", 2));
        seats.configure(Map.of("a", level(limited(1, 0, REJECT))));

        assertThat(news).containsExactly("one started", "two queue-full");
    }

    @Test
    void aHandHasNoCardTwice() {
        var queues = new FairQueues(16, 8, 1);
        for (long flow = 0; flow < 500; flow++) {
            List<Integer> hand = queues.hand(FlowHash.of("schema", "user" + flow));
            assertThat(hand).doesNotHaveDuplicates().hasSize(8).allMatch(card -> card >= 0 && card < 16);
        }
    }
}
