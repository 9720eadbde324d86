package dev.jarbor.server.http;

import dev.jarbor.server.auth.User;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/**
 * Turns requests away when too many are at work, those that read and those that change something apart; nobody waits.
 * Administrators are always heard, and whoever watches or is connected to a pod does not count.
 *
 * @see <a href="https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/">kube-apiserver, {@code
 *     --enable-priority-and-fairness=false}</a>
 */
final class InflightGate implements Gate {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");

    private final Optional<Semaphore> reading;
    private final Optional<Semaphore> changing;

    InflightGate(RequestLimits limits) {
        this.reading = places(limits.reading());
        this.changing = places(limits.changing());
    }

    private static Optional<Semaphore> places(int most) {
        return most == 0 ? Optional.empty() : Optional.of(new Semaphore(most));
    }

    @Override
    public void pass(User user, RequestTarget target, CountedExchange exchange, Runnable work) {
        Optional<Semaphore> places = READING.contains(exchange.head().method()) ? reading : changing;
        if (places.isEmpty() || Metrics.isLong(exchange.head(), target)) {
            work.run();
            return;
        }
        if (places.get().tryAcquire()) {
            try {
                work.run();
            } finally {
                places.get().release();
            }
        } else if (user.groups().contains(User.MASTERS)) {
            work.run();
        } else {
            exchange.send(Gate.tooMany());
        }
    }
}
