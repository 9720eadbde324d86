package dev.jarbor.node.simulated;

import java.time.Duration;
import java.util.function.Function;

/**
 * How a simulated runtime behaves.
 *
 * @param podCidr where its pods' addresses come from, such as {@code 10.42.3.0/24}
 * @param sandboxStart how long a sandbox takes
 * @param pull how long an image takes
 * @param containerStart how long a container takes
 * @param behaviours what containers of an image do, by the image's full name, such as {@code docker.io/library/web:1}
 */
public record SimulationSettings(
        String podCidr,
        Duration sandboxStart,
        Duration pull,
        Duration containerStart,
        Function<String, Behaviour> behaviours) {
    /** Plausible delays, and containers that serve. */
    public static SimulationSettings of(String podCidr) {
        return new SimulationSettings(
                podCidr,
                Duration.ofMillis(200),
                Duration.ofMillis(800),
                Duration.ofMillis(100),
                image -> Behaviour.SERVES);
    }

    public SimulationSettings withBehaviours(Function<String, Behaviour> other) {
        return new SimulationSettings(podCidr, sandboxStart, pull, containerStart, other);
    }
}
