package dev.jarbor.embed;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.client.WatchEvent;
import dev.jarbor.client.WatchListener;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.Answer;
import dev.jarbor.server.Interference;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** Disturbs the calls and watches of a cluster as {@link Faults} says. */
final class Disturbance implements Interference {
    private final Runtime runtime;
    private final List<Refusal> refusals = new CopyOnWriteArrayList<>();
    private final List<Past> pasts = new CopyOnWriteArrayList<>();
    private final List<Slow> slows = new CopyOnWriteArrayList<>();
    private final List<Crash> crashes = new CopyOnWriteArrayList<>();
    /** Whose process has ended and not begun again. */
    private volatile Optional<Calls> dead = Optional.empty();

    /** In the order in which they began. */
    private final Set<Told> told = Collections.synchronizedSet(new LinkedHashSet<>());

    Disturbance(Runtime runtime) {
        this.runtime = runtime;
    }

    private record Refusal(Calls calls, Function<Asked, ApiException> refusal, AtomicInteger left) {
        boolean takes(Asked asked) {
            return calls.matches().test(asked) && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        }
    }

    private record Crash(Calls calls, AtomicInteger left, Runnable crashed) {
        boolean takes(Asked asked) {
            return calls.matches().test(asked) && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        }
    }

    private record Past(Calls calls, long revision) {}

    private record Slow(Calls calls, Duration delay) {}

    void refuse(Calls calls, int times, Function<Asked, ApiException> refusal) {
        refusals.add(new Refusal(calls, refusal, new AtomicInteger(times)));
    }

    void answerFrom(Calls calls, long revision) {
        pasts.add(new Past(calls, revision));
    }

    void slow(Calls calls, Duration delay) {
        slows.add(new Slow(calls, delay));
    }

    /** The next {@code times} such calls are carried out and never answered; {@code crashed} is told of each. */
    void crash(Calls calls, int times, Runnable crashed) {
        crashes.add(new Crash(calls, new AtomicInteger(times), crashed));
    }

    /** Nothing of what they ask for is done any more, until {@link #begin}. */
    void end(Calls calls) {
        dead = Optional.of(calls);
    }

    void begin() {
        dead = Optional.empty();
    }

    void clear() {
        refusals.clear();
        crashes.clear();
        pasts.clear();
        slows.clear();
    }

    /** Ends the watches that {@code calls} started; answers how many. */
    int cut(Calls calls) {
        List<Told> running;
        synchronized (told) {
            running = List.copyOf(told);
        }
        List<Told> ended =
                running.stream().filter(one -> calls.matches().test(one.asked)).toList();
        ended.forEach(Told::cut);
        return ended.size();
    }

    @Override
    public Answer answer(Asked asked, Function<ApiRequest, Answer> server) {
        refuse(asked);
        for (Past past : pasts) {
            if (past.calls().matches().test(asked)) {
                return fromPast(asked.request(), past.revision(), server);
            }
        }
        Answer answer = server.apply(asked.request());
        if (crashes.isEmpty()) {
            return answer;
        }
        for (Crash crash : crashes) {
            if (crash.takes(asked)) {
                crash.crashed().run();
                throw gone();
            }
        }
        crashes.removeIf(crash -> crash.left().get() <= 0);
        return answer;
    }

    private static ApiException gone() {
        return ApiException.internalError("whoever asked has crashed");
    }

    private void refuse(Asked asked) {
        if (dead.isPresent() && dead.get().matches().test(asked)) {
            throw gone();
        }
        if (refusals.isEmpty()) {
            return;
        }
        for (Refusal refusal : refusals) {
            if (refusal.takes(asked)) {
                throw refusal.refusal().apply(asked);
            }
        }
        refusals.removeIf(refusal -> refusal.left().get() <= 0);
    }

    /** A read is answered by the list as it was at that revision. */
    private static Answer fromPast(ApiRequest request, long revision, Function<ApiRequest, Answer> server) {
        Query then =
                request.query().with("resourceVersion", Long.toString(revision)).with("resourceVersionMatch", "Exact");
        return switch (request.verb()) {
            case LIST -> server.apply(list(request, request.query().has("continue") ? request.query() : then));
            case GET -> {
                String name = request.path().name();
                ObjectValue list = server.apply(list(request, then.with("fieldSelector", "metadata.name=" + name)))
                        .body();
                List<ObjectValue> found = list.list("items").objects();
                if (found.isEmpty() || !request.path().subresource().isEmpty()) {
                    yield server.apply(request);
                }
                String kind = list.string("kind").replaceFirst("List$", "");
                yield Answer.ok(found.getFirst().with("kind", kind).with("apiVersion", list.string("apiVersion")));
            }
            case CREATE, UPDATE, PATCH, DELETE, DELETECOLLECTION, WATCH -> server.apply(request);
        };
    }

    private static ApiRequest list(ApiRequest request, Query query) {
        return new ApiRequest(
                Verb.LIST,
                request.path().withName("").withSubresource(""),
                query,
                ObjectValue.EMPTY,
                request.patchType());
    }

    @Override
    public WatchListener listener(Asked asked, WatchListener listener) {
        refuse(asked);
        var one = new Told(asked, listener);
        told.add(one);
        return one;
    }

    /** Who is told the events of a watch, late or not at all. */
    private final class Told implements WatchListener {
        private final Asked asked;
        private final WatchListener listener;
        private volatile boolean over;
        /** Events on their way, in their order: none may overtake another, however delays change. */
        private final Queue<Runnable> late = new ConcurrentLinkedQueue<>();

        Told(Asked asked, WatchListener listener) {
            this.asked = asked;
            this.listener = listener;
        }

        private Duration delay() {
            if (slows.isEmpty()) {
                return Duration.ZERO;
            }
            return slows.stream()
                    .filter(slow -> slow.calls().matches().test(asked))
                    .map(Slow::delay)
                    .findFirst()
                    .orElse(Duration.ZERO);
        }

        @Override
        public void event(WatchEvent event) {
            pass(() -> {
                if (!over) {
                    listener.event(event);
                }
            });
        }

        private void pass(Runnable telling) {
            Duration delay = delay();
            if (delay.isZero() && late.isEmpty()) {
                telling.run();
                return;
            }
            late.add(telling);
            runtime.schedule("late watch event", delay, this::next);
        }

        /** Tells what has waited longest; whoever comes meanwhile waits behind it. */
        private synchronized void next() {
            Runnable first = late.peek();
            if (first != null) {
                first.run();
                late.remove();
            }
        }

        @Override
        public void closed() {
            told.remove(this);
            pass(this::end);
        }

        private void end() {
            if (!over) {
                over = true;
                listener.closed();
            }
        }

        /** As if the connection had broken: nothing more is told. */
        void cut() {
            told.remove(this);
            runtime.execute("watch breaks off", this::end);
        }
    }
}
