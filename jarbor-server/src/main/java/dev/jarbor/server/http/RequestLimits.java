package dev.jarbor.server.http;

import java.time.Duration;

/**
 * How many requests a face takes, how long each may last, and how the face ends; built up from {@link #DEFAULT}, the
 * defaults of kube-apiserver.
 *
 * @param reading how many requests that only read may be at work at once; 0 for no limit
 * @param changing how many that change something may be
 * @param fairness whether both together are the seats that API priority and fairness divides; each is a limit of its own
 *     otherwise
 * @param longest how long a request may take that is no watch and no connection
 * @param shortestWatch how long a watch lasts at least whose client sets no end to it, and at most twice as long
 * @param streams how many requests one HTTP/2 connection carries at once
 * @param shutdownDelay how long to go on serving after {@code /readyz} has begun to fail
 * @see <a href="https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/">kube-apiserver</a>
 */
public record RequestLimits(
        int reading,
        int changing,
        boolean fairness,
        Duration longest,
        Duration shortestWatch,
        int streams,
        Duration shutdownDelay) {
    public static final RequestLimits DEFAULT =
            new RequestLimits(400, 200, true, Duration.ofSeconds(60), Duration.ofMinutes(30), 250, Duration.ZERO);

    public RequestLimits withInflight(int reads, int changes) {
        return new RequestLimits(reads, changes, fairness, longest, shortestWatch, streams, shutdownDelay);
    }

    public RequestLimits withFairness(boolean on) {
        return new RequestLimits(reading, changing, on, longest, shortestWatch, streams, shutdownDelay);
    }

    public RequestLimits withTimes(Duration request, Duration watch) {
        return new RequestLimits(reading, changing, fairness, request, watch, streams, shutdownDelay);
    }

    public RequestLimits withStreams(int most) {
        return new RequestLimits(reading, changing, fairness, longest, shortestWatch, most, shutdownDelay);
    }

    public RequestLimits withShutdownDelay(Duration delay) {
        return new RequestLimits(reading, changing, fairness, longest, shortestWatch, streams, delay);
    }
}
