package dev.jarbor.server;

import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.WatchListener;
import dev.jarbor.server.auth.User;
import java.util.function.Function;

/**
 * Stands between the server and those who ask it, so that what can go wrong between them can be rehearsed: refusals,
 * answers from the past, watches that come late or break off. It hears everybody, the cluster's own parts included.
 */
public interface Interference {
    /** Lets everything pass. */
    Interference NONE = new Interference() {};

    /**
     * What is asked.
     *
     * @param agent the program that asks, as a User-Agent header names it
     */
    record Asked(User user, String agent, ApiRequest request) {}

    /**
     * Answers instead of {@code server}, or asks it.
     *
     * @throws dev.jarbor.api.status.ApiException to refuse
     */
    default Answer answer(Asked asked, Function<ApiRequest, Answer> server) {
        return server.apply(asked.request());
    }

    /**
     * Who is told the events of a watch instead of {@code listener}.
     *
     * @throws dev.jarbor.api.status.ApiException to refuse
     */
    default WatchListener listener(Asked asked, WatchListener listener) {
        return listener;
    }
}
