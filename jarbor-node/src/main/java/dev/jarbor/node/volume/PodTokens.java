package dev.jarbor.node.volume;

import dev.jarbor.api.core.v1.Pod;

/** Gives out service account tokens that belong to one pod. */
@FunctionalInterface
public interface PodTokens {
    /**
     * A token for {@code pod}'s service account.
     *
     * @param audience whom the token is for; "" for the API server
     * @param seconds how long it is to be valid
     */
    String token(Pod pod, String audience, long seconds);
}
