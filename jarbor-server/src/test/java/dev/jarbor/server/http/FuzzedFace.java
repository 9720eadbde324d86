package dev.jarbor.server.http;

import com.sun.management.ThreadMXBean;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.auth.User;
import dev.jarbor.store.MemoryStore;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The whole face without sockets, on which inputs are tried. Nothing may end in a 5xx, take more than some seconds of the
 * processor, or allocate without measure.
 */
final class FuzzedFace {
    private static final String TOKEN = "fuzz";
    private static final Duration SLOWEST = Duration.ofSeconds(5);
    private static final long MOST_BYTES = 512L << 20;
    /** The store keeps what is written; after so many inputs there is a new one. */
    private static final int LIFE = 3000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final List<FuzzObjects.Kept> objects = FuzzObjects.all();
    private final FuzzTarget.Group group;
    private Front front = start();
    private int age;

    FuzzedFace(FuzzTarget.Group group) {
        this.group = group;
    }

    List<byte[]> seeds() {
        return group.seeds(objects);
    }

    /**
     * Sends what {@code input} means.
     *
     * @throws AssertionError when the face does what it must not
     */
    void take(byte[] input) {
        if (input.length < 2) {
            return;
        }
        if (age++ == LIFE) {
            front = start();
            age = 0;
        }
        FuzzTarget target = group.target(input[0]);
        FuzzObjects.Kept kept = objects.get(Math.floorMod(input[1] - 'a', objects.size()));
        for (FuzzTarget.Request request : target.requests(kept, Arrays.copyOfRange(input, 2, input.length))) {
            Cost cost = cost(target, request);
            if (cost.tooHigh()) {
                // Who comes somewhere first pays for its classes as well, and for what the fuzzer puts into them.
                front = start();
                cost = cost(target, request);
            }
            if (cost.tooHigh()) {
                throw new AssertionError(
                        target + " took " + cost.processor + " of the processor and " + cost.bytes + " bytes");
            }
        }
    }

    private Cost cost(FuzzTarget target, FuzzTarget.Request request) {
        long begin = THREADS.getCurrentThreadCpuTime();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        serve(request).ifPresent(answered -> check(target, answered));
        return new Cost(
                Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - begin),
                THREADS.getCurrentThreadAllocatedBytes() - before);
    }

    private record Cost(Duration processor, long bytes) {
        boolean tooHigh() {
            return processor.compareTo(SLOWEST) > 0 || bytes > MOST_BYTES;
        }
    }

    private static void check(FuzzTarget target, MemoryExchange answered) {
        if ((answered.code() < 200 || answered.code() > 499) && !isReferencesOwn(answered)) {
            var finding = new AssertionError(target + " ended in " + answered.code() + ": " + answered.answer());
            // Jazzer tells findings apart by where they come from
            String where = target + " " + answered.answer().hashCode();
            finding.setStackTrace(
                    new StackTraceElement[] {new StackTraceElement(where, "serve", null, answered.code())});
            throw finding;
        }
    }

    /**
     * The reference, too, answers with a 5xx to some patches, then without a reason, to what apply cannot type, to a revision
     * that has not come, and where nobody is behind a Service.
     */
    private static boolean isReferencesOwn(MemoryExchange answered) {
        String answer = answered.answer();
        return !answer.contains("\"reason\":")
                || answer.contains("failed to create typed patch object")
                || answer.contains("Too large resource version")
                || answer.contains("\"reason\":\"ServiceUnavailable\"");
    }

    private Optional<MemoryExchange> serve(FuzzTarget.Request request) {
        String url = request.url();
        var headers = new TreeMap<String, List<String>>();
        headers.put("authorization", List.of("Bearer " + TOKEN));
        headers.put("accept", List.of("application/json"));
        request.headers().forEach((name, value) -> headers.put(name, List.of(value)));
        int question = url.indexOf('?');
        try {
            RequestHead head = RequestHead.of(
                    request.method(),
                    question < 0 ? url : url.substring(0, question),
                    question < 0 ? "" : url.substring(question + 1),
                    headers);
            var exchange = new MemoryExchange(head, request.body());
            front.serve(exchange);
            return Optional.of(exchange);
        } catch (ApiException malformed) {
            // such a path is refused before the face
            return Optional.empty();
        }
    }

    private Front start() {
        var server = new ApiServer(
                new MemoryStore(), new SimulatedRuntime(1), ServerSettings.DEFAULT.withStaticToken(TOKEN, User.ADMIN));
        server.start();
        front = HttpFace.front(server, name -> Optional.empty(), FrontSettings.DEFAULT, new Shutdown(server.runtime()));
        for (FuzzObjects.Kept kept : objects) {
            create(kept.collection(), Json.bytes(kept.object()));
        }
        String policies = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
        create(policies, Json.bytes(FuzzObjects.policy("1")));
        create(policies.replace("policies", "policybindings"), Json.bytes(FuzzObjects.binding()));
        return front;
    }

    private void create(String collection, byte[] body) {
        MemoryExchange answered = serve(
                        new FuzzTarget.Request("POST", collection, Map.of("content-type", "application/json"), body))
                .orElseThrow();
        if (answered.code() != 201) {
            throw new IllegalStateException(collection + ": " + answered.answer());
        }
    }
}
