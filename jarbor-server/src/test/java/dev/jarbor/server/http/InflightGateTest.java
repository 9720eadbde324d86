package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.server.auth.User;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How many requests are at work where priority and fairness is off. */
class InflightGateTest {
    private static final User ANYBODY = User.of("jane", User.AUTHENTICATED);

    /** What came of each request: {@code done}, or the status that it was turned away with. */
    private final List<String> outcomes = new ArrayList<>();

    private void ask(InflightGate gate, User user, String method, String query, Runnable work) {
        RequestHead head = RequestHead.of(method, "/api/v1/pods", query, new TreeMap<>());
        var exchange = new CountedExchange(new Asked(head), "id");
        gate.pass(user, RequestTarget.of(head), exchange, () -> {
            work.run();
            outcomes.add("done");
        });
        if (exchange.code() != 0) {
            outcomes.add(Integer.toString(exchange.code()));
        }
    }

    private static InflightGate gate(int reading, int changing) {
        return new InflightGate(RequestLimits.DEFAULT.withFairness(false).withInflight(reading, changing));
    }

    @Test
    void whatExceedsTheLimitIsTurnedAwayReadingAndChangingApart() {
        InflightGate gate = gate(1, 1);

        ask(gate, ANYBODY, "GET", "", () -> {
            ask(gate, ANYBODY, "GET", "", () -> {});
            ask(gate, ANYBODY, "POST", "", () -> ask(gate, ANYBODY, "DELETE", "", () -> {}));
        });
        ask(gate, ANYBODY, "GET", "", () -> {});

        assertThat(outcomes).containsExactly("429", "429", "done", "done", "done");
    }

    @Test
    void administratorsAndWatchesAreAlwaysLetThrough() {
        InflightGate gate = gate(1, 1);

        ask(gate, ANYBODY, "GET", "", () -> {
            ask(gate, User.ADMIN, "GET", "", () -> {});
            ask(gate, ANYBODY, "GET", "watch=1", () -> {});
        });

        assertThat(outcomes).containsExactly("done", "done", "done");
    }

    @Test
    void zeroIsNoLimit() {
        InflightGate gate = gate(0, 0);

        ask(gate, ANYBODY, "GET", "", () -> ask(gate, ANYBODY, "GET", "", () -> {}));

        assertThat(outcomes).containsExactly("done", "done");
    }

    private record Asked(RequestHead head) implements Exchange {
        @Override
        public String remote() {
            return "";
        }

        @Override
        public List<X509Certificate> certificates() {
            return List.of();
        }

        @Override
        public InputStream body() {
            return InputStream.nullInputStream();
        }

        @Override
        public void send(Reply reply) {
            assertThat(reply.code()).isEqualTo(429);
        }

        @Override
        public OutputStream body(Reply head) {
            throw new IllegalStateException("no answer is long");
        }

        @Override
        public Outflow stream(Reply head) {
            throw new IllegalStateException("no answer is streamed");
        }
    }
}
