package dev.jarbor.server.flow;

import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The server's concurrency, divided among priority levels in proportion to their shares. A level that does not need its
 * seats lends some of them; one that has taken all of its own borrows what others would lend at that moment. Seats that are lent come back
 * only when requests end, so for that long more than the total may be taken: a level never waits for its own seats.
 *
 * <p>Decisions only: nothing here waits or knows the time.
 */
final class Seats {
    private final int total;
    private final Map<String, Level> levels = new TreeMap<>();

    Seats(int total) {
        this.total = total;
    }

    /** @param configurations the PriorityLevelConfigurations by name */
    synchronized void configure(Map<String, ObjectValue> configurations) {
        long shares = Math.max(
                1,
                configurations.values().stream()
                        .mapToLong(object -> Level.shares(object.object("spec")))
                        .sum());
        configurations.forEach((name, object) -> {
            ObjectValue spec = object.object("spec");
            int nominal = (int) Math.ceilDiv(total * Level.shares(spec), shares);
            levels.computeIfAbsent(name, Level::new)
                    .configure(object.object("metadata").string("uid"), spec, nominal, total);
        });
        levels.values().removeIf(level -> !configurations.containsKey(level.name()) && level.isIdle());
        run(dispatch());
    }

    /** Starts {@code work}, lets it wait, or turns it away; its listener is told. */
    void submit(String level, Work work) {
        List<Runnable> news = new ArrayList<>();
        synchronized (this) {
            Level its = levels.computeIfAbsent(level, Level::new);
            if (its.queues().waiting() == 0 && mayStart(its, work)) {
                its.start(work);
                news.add(work.listener()::started);
            } else if (!its.queues().add(work)) {
                Work.Rejection why = its.hasQueues() ? Work.Rejection.QUEUE_FULL : Work.Rejection.CONCURRENCY_LIMIT;
                news.add(() -> work.listener().rejected(why));
            }
        }
        run(news);
    }

    /** The request has been answered. */
    void finish(String level, Work work) {
        List<Runnable> news;
        synchronized (this) {
            Level its = levels.get(level);
            if (its != null) {
                its.finish(work);
            }
            news = dispatch();
        }
        run(news);
    }

    /** Stops waiting for {@code work}; nothing happens where it has started or was turned away. */
    void expire(String level, Work work) {
        boolean waited;
        synchronized (this) {
            Level its = levels.get(level);
            waited = its != null && its.queues().remove(work);
        }
        if (waited) {
            work.listener().rejected(Work.Rejection.TIME_OUT);
        }
    }

    synchronized Collection<Level> levels() {
        return List.copyOf(levels.values());
    }

    /** Starts whatever may start now, one of each level in turn. */
    private List<Runnable> dispatch() {
        var started = new ArrayList<Runnable>();
        boolean any = true;
        while (any) {
            any = false;
            for (Level level : levels.values()) {
                Optional<Work> next = level.queues().peek();
                if (next.isPresent() && mayStart(level, next.get())) {
                    level.queues().take();
                    level.start(next.get());
                    started.add(next.get().listener()::started);
                    any = true;
                }
            }
        }
        return started;
    }

    private boolean mayStart(Level level, Work work) {
        if (level.fits(work)) {
            return true;
        }
        int spare = 0;
        for (Level other : levels.values()) {
            spare -= other.borrowed();
            if (other != level) {
                spare += other.spare();
            }
        }
        return level.lacking(work) <= spare;
    }

    private static void run(List<Runnable> news) {
        news.forEach(Runnable::run);
    }
}
