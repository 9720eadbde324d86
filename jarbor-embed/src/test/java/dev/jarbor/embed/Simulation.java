package dev.jarbor.embed;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.store.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * A whole cluster under chance: {@link Subject}s that are changed, and everything that can go wrong, both drawn from one seed,
 * with what must hold looked at after every write. The same seed takes the same way in every JVM.
 */
final class Simulation {
    private static final int ACTIONS = 50;
    /** How many there are beside the workloads. */
    private static final int DRAWN = Integer.getInteger("jarbor.sim.drawn", 3);

    private static final Calls WRITES = Calls.ANY.writing();
    /**
     * Each life of the control loops begins with telling of nodes, and while a namespace goes with deleting what is left in
     * it, be it nothing: crashes at that would be all there is.
     */
    private static final Calls DEEDS = WRITES.that(
            "but of events and all there is",
            asked -> !asked.request().path().plural().equals("events")
                    && asked.request().verb() != Verb.DELETECOLLECTION);

    private final RandomGenerator chance;
    private final boolean calm;
    private final Jarbor cluster;
    private final Findings findings = new Findings();
    private final List<Subject> subjects;
    private Moment before = Moment.NONE;

    /** What came of a run. */
    record Outcome(long seed, long hash, Optional<String> broken) {}

    /** In runs with an even seed nodes stay and pods are ended by nobody but the cluster: more must hold then. */
    private Simulation(long seed) {
        this.chance = new SimulatedRuntime(seed).random();
        this.calm = seed % 2 == 0;
        List<Part> drawn = Part.drawn(DRAWN, chance);
        JarborSettings settings = JarborSettings.DEFAULT
                .withTime(TimeMode.MANUAL)
                .withSeed(seed)
                .withNodes(4)
                .withEachNode(node -> node.inZone(node.name().compareTo("node-2") < 0 ? "a" : "b"));
        for (Part part : drawn) {
            settings = part.in(settings);
        }
        this.cluster = Jarbor.start(settings);
        this.subjects = Stream.concat(
                        Stream.of(
                                new DeploymentSubject(cluster, calm),
                                new StatefulSetSubject(cluster, findings),
                                new DaemonSetSubject(cluster, calm, seed % 4 < 2),
                                new JobSubject(cluster),
                                new OwnershipSubject(cluster)),
                        drawn.stream().map(part -> part.subject(cluster, calm)))
                .toList();
    }

    static Outcome run(long seed) {
        return run(seed, cluster -> {});
    }

    /** @param after is told the cluster at its end */
    static Outcome run(long seed, Consumer<Jarbor> after) {
        var simulation = new Simulation(seed);
        try (Jarbor cluster = simulation.cluster) {
            Optional<String> broken = simulation.go();
            after.accept(cluster);
            return new Outcome(seed, cluster.trace().hash(), broken);
        }
    }

    /** Nothing but crashes, of which there is one at every single write that the control loops and the scheduler make. */
    static Outcome crashing(long seed, Consumer<Jarbor> after) {
        var simulation = new Simulation(seed);
        try (Jarbor cluster = simulation.cluster) {
            simulation.begin();
            cluster.faults().crashControllers(DEEDS, Integer.MAX_VALUE);
            for (int round = 0; round < 2; round++) {
                cluster.time().advance(Duration.ofMinutes(1));
                simulation.subjects.forEach(subject -> subject.act(simulation.chance));
            }
            cluster.time().advance(Duration.ofMinutes(5));
            simulation.subjects.forEach(Subject::settle);
            cluster.time().advance(Duration.ofMinutes(5));
            Optional<String> broken = simulation.findings.first().or(simulation::unsettled);
            after.accept(cluster);
            return new Outcome(seed, cluster.trace().hash(), broken);
        }
    }

    /**
     * Runs the seeds from the first argument to the second and writes a line for each to the file that is the third: seed,
     * hash, and what was broken.
     */
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[2]);
        Files.deleteIfExists(file);
        for (long seed = Long.parseLong(arguments[0]); seed <= Long.parseLong(arguments[1]); seed++) {
            Outcome outcome = run(seed);
            String line = seed + " " + Long.toHexString(outcome.hash()) + " "
                    + outcome.broken().orElse("");
            Files.write(file, List.of(line), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    private Optional<String> go() {
        begin();
        for (int action = 0; action < ACTIONS && findings.first().isEmpty(); action++) {
            cluster.time().advance(Duration.ofMillis(chance.nextInt(30_000)));
            act();
        }
        heal();
        return findings.first().or(this::unsettled);
    }

    private void begin() {
        cluster.afterEachWrite(this::look);
        cluster.behaviour().forImage("work").exits(0, Duration.ofSeconds(20));
        cluster.behaviour().forImage("web").readyAfter(Duration.ofSeconds(5));
        subjects.forEach(Subject::begin);
    }

    private void look(Snapshot snapshot) {
        if (findings.first().isPresent()) {
            return;
        }
        var now = new Moment(snapshot);
        findings.at(now);
        subjects.forEach(subject -> subject.look(before, now, findings));
        before = now;
    }

    private void act() {
        Faults faults = cluster.faults();
        try {
            switch (chance.nextInt(calm ? 17 : 23)) {
                case 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 -> {
                    someone().act(chance);
                    someone().act(chance);
                }
                case 10 -> faults.conflict(WRITES.by("kube-"), 1 + chance.nextInt(5));
                case 11 -> faults.fail(WRITES.by("kube"), 1 + chance.nextInt(3));
                case 12 -> watches();
                case 13 -> faults.restartControllers();
                case 14, 15, 16 -> faults.crashControllers(WRITES, 1 + chance.nextInt(8));
                case 17 -> faults.loseNode("node-" + chance.nextInt(3));
                case 18, 19 -> faults.restoreNode("node-" + chance.nextInt(3));
                default -> someone().harm(chance);
            }
        } catch (ApiException refused) {
            // what asks for it at a bad moment is refused, as anybody would be
        }
    }

    private Subject someone() {
        return subjects.get(chance.nextInt(subjects.size()));
    }

    private void watches() {
        if (chance.nextBoolean()) {
            cluster.faults().cutWatches(Calls.ANY.by("kube"));
        } else {
            cluster.faults().slowWatches(Calls.ANY.by("kube-controller"), Duration.ofMillis(chance.nextInt(3000)));
            cluster.faults().after(Duration.ofSeconds(20), Faults::heal);
        }
    }

    /** Nothing goes wrong any more. */
    private void heal() {
        cluster.faults().heal();
        for (int node = 0; node < 4; node++) {
            cluster.faults().restoreNode("node-" + node);
        }
        subjects.forEach(Subject::settle);
        cluster.time().advance(Duration.ofMinutes(20));
    }

    private Optional<String> unsettled() {
        Moment now = Moment.of(cluster);
        return subjects.stream()
                .flatMap(subject -> subject.unsettled(now).stream())
                .findFirst();
    }
}
