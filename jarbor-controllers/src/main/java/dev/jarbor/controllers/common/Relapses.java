package dev.jarbor.controllers.common;

import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds back what keeps failing in the same place, such as a daemon that ends again and again on one node: at once the
 * first time, then after 1 s, doubling up to 15 minutes. A place without a relapse for twice that long starts over.
 *
 * <p>Bounded by the places that somebody asked for since; {@link #forget} drops those of an owner that is gone.
 */
public final class Relapses {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofMinutes(15);

    private final Runtime runtime;
    private final Map<Place, Hold> holds = new ConcurrentHashMap<>();

    private record Place(String owner, String where) {}

    private record Hold(Instant until, Duration next) {}

    public Relapses(Runtime runtime) {
        this.runtime = runtime;
    }

    /** How long to wait until {@code owner} may try again there; zero for at once, which counts as a try. */
    public Duration hold(String owner, String where) {
        Place place = new Place(owner, where);
        Instant now = runtime.now();
        Optional<Hold> hold = Optional.ofNullable(holds.get(place))
                .filter(last -> !now.isAfter(last.until().plus(MOST.multipliedBy(2))));
        if (hold.isPresent() && now.isBefore(hold.get().until())) {
            return Duration.between(now, hold.get().until());
        }
        Duration wait = hold.map(Hold::next).orElse(FIRST);
        Duration doubled = wait.multipliedBy(2);
        holds.put(place, new Hold(now.plus(wait), doubled.compareTo(MOST) < 0 ? doubled : MOST));
        return Duration.ZERO;
    }

    /** {@code owner} is gone. */
    public void forget(String owner) {
        holds.keySet().removeIf(place -> place.owner().equals(owner));
    }
}
