package dev.jarbor.tidy;

import java.util.List;
import java.util.Optional;

/**
 * A call into the JDK that takes time, chance or threads instead of being given them.
 *
 * @param owner the class by its full name
 * @param member the method; {@code <init>} for constructors, a star at the end for all that begin so
 * @param instead what to use
 */
record Ban(String owner, String member, String instead) {
    private static final String CLOCK = "runtime.now()";
    private static final String STOPWATCH = "runtime.nanoTime()";
    private static final String CHANCE = "runtime.random()";
    private static final String TASK = "runtime.execute(name, task)";
    private static final String TIMER = "runtime.schedule(name, delay, task)";

    /** Everything that {@code dev.jarbor.runtime.Runtime} gives. */
    static final List<Ban> ALL = List.of(
            new Ban("java.lang.Thread", "sleep", TIMER),
            new Ban("java.util.concurrent.TimeUnit", "sleep", TIMER),
            new Ban("java.util.Timer", "<init>", TIMER),
            new Ban("java.lang.Thread", "<init>", TASK),
            new Ban("java.lang.Thread", "of*", TASK),
            new Ban("java.lang.Thread", "start*", TASK),
            new Ban("java.util.concurrent.Executors", "*", TASK),
            new Ban("java.util.concurrent.ThreadPoolExecutor", "<init>", TASK),
            new Ban("java.util.concurrent.ScheduledThreadPoolExecutor", "<init>", TIMER),
            new Ban("java.util.concurrent.ForkJoinPool", "*", TASK),
            new Ban("java.util.concurrent.CompletableFuture", "*Async", TASK),
            new Ban("java.util.concurrent.CompletableFuture", "delayedExecutor", TIMER),
            new Ban("java.util.concurrent.CompletableFuture", "orTimeout", TIMER),
            new Ban("java.util.concurrent.CompletableFuture", "completeOnTimeout", TIMER),
            new Ban("java.util.Collection", "parallelStream", "stream()"),
            new Ban("java.util.stream.BaseStream", "parallel", "a sequential stream"),
            new Ban("java.lang.System", "currentTimeMillis", CLOCK),
            new Ban("java.lang.System", "nanoTime", STOPWATCH),
            new Ban("java.time.Instant", "now", CLOCK),
            new Ban("java.time.LocalDate", "now", CLOCK),
            new Ban("java.time.LocalTime", "now", CLOCK),
            new Ban("java.time.LocalDateTime", "now", CLOCK),
            new Ban("java.time.OffsetDateTime", "now", CLOCK),
            new Ban("java.time.ZonedDateTime", "now", CLOCK),
            new Ban("java.time.Clock", "system*", CLOCK),
            new Ban("java.time.Clock", "tick*", CLOCK),
            new Ban("java.util.Calendar", "getInstance", CLOCK),
            new Ban("java.lang.Math", "random", CHANCE),
            new Ban("java.util.Random", "<init>", CHANCE),
            new Ban("java.util.SplittableRandom", "<init>", CHANCE),
            new Ban("java.util.concurrent.ThreadLocalRandom", "*", CHANCE),
            new Ban("java.util.random.RandomGenerator", "of", CHANCE),
            new Ban("java.util.random.RandomGenerator", "getDefault", CHANCE),
            new Ban("java.security.SecureRandom", "<init>", CHANCE),
            new Ban("java.security.SecureRandom", "getInstance*", CHANCE),
            new Ban("java.util.UUID", "randomUUID", "runtime.newUid()"));

    /**
     * A place at the edge that may, with its reason.
     *
     * @param place a class or package by its full name; what is inside is meant too
     * @param owner whose calls are allowed there; empty for all
     */
    record Edge(String place, String owner, String reason) {
        boolean allows(String caller, Ban ban) {
            return isInside(caller) && (owner.isEmpty() || owner.equals(ban.owner));
        }

        private boolean isInside(String caller) {
            return caller.startsWith(place)
                    && (caller.length() == place.length() || ".$".indexOf(caller.charAt(place.length())) >= 0);
        }
    }

    static final List<Edge> EDGES = List.of(
            new Edge("dev.jarbor.runtime", "", "is what gives time, chance and threads"),
            new Edge("dev.jarbor.embed.ClusterTimer", "java.util.Timer", "is one, on a cluster's time"),
            new Edge("dev.jarbor.cli.UpCommand", "java.lang.Thread", "the JVM takes its shutdown hooks as threads"),
            new Edge(
                    "dev.jarbor.cli.ServerCommand", "java.lang.Thread", "the JVM takes its shutdown hooks as threads"));

    /** The ban on a call. {@code parameters} are the types of the called method's parameters. */
    static Optional<Ban> on(String owner, String member, List<String> parameters) {
        return ALL.stream()
                .filter(ban -> ban.owner.equals(owner) && ban.matches(member))
                .filter(ban -> !parameters.contains("java.util.concurrent.Executor"))
                .findFirst();
    }

    private boolean matches(String name) {
        if (member.startsWith("*")) {
            return name.endsWith(member.substring(1));
        }
        return member.endsWith("*") ? name.startsWith(member.substring(0, member.length() - 1)) : name.equals(member);
    }
}
