package dev.jarbor.controllers.trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A script: what happens to a control loop, and after each step what the loop is expected to write and to tell, with the time.
 *
 * <pre>
 * # comments, above all the page of the reference that says so
 * loops: deployment-controller replicaset-controller
 * show: ReplicaSet spec.replicas
 *
 * ## A scene, which begins with an empty cluster
 * create Deployment
 *   metadata: {name: web}
 * +0s         create ReplicaSet/web-a of Deployment/web
 *             spec.replicas: 3
 * wait 10m
 * +10m        status Deployment/web
 * </pre>
 *
 * Steps begin a line, their input is indented below them; what is expected begins with a {@code +}. {@link #replayed} is the same
 * text with what really happened, so that comparing the two is the test, and writing the second over the first makes the script
 * anew after a change that is meant.
 */
record Script(Path file, List<String> lines) {
    /** Where the scripts of the loops are. */
    static final Path FOLDER = Path.of("src/test/resources/dev/jarbor/controllers/traces");

    static Script read(Path file) {
        try {
            return new Script(file, Files.readAllLines(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static Stream<Path> files() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The loops that it is about; the first is the one whose script it is. */
    List<String> loops() {
        return headed("loops: ")
                .findFirst()
                .map(line -> List.of(line.split(" +")))
                .orElse(List.of());
    }

    private Map<String, List<String>> shown() {
        var shown = new TreeMap<String, List<String>>();
        headed("show: ")
                .map(line -> List.of(line.split(" +")))
                .forEach(words -> shown.put(words.getFirst(), words.subList(1, words.size())));
        return shown;
    }

    private Stream<String> headed(String head) {
        return lines.stream().filter(line -> line.startsWith(head)).map(line -> line.substring(head.length()));
    }

    /** Its text as it really goes. */
    List<String> replayed() {
        var replay = new ArrayList<String>();
        Optional<Scene> scene = Optional.empty();
        boolean expectation = false;
        for (int at = 0; at < lines.size(); at++) {
            String line = lines.get(at);
            if (line.startsWith("+") || (expectation && line.startsWith(" "))) {
                expectation = true;
                continue;
            }
            expectation = false;
            if (line.startsWith("## ")) {
                endOf(scene, replay);
                scene = Optional.of(new Scene(loops(), shown()));
            }
            replay.add(line);
            if (scene.isPresent() && !line.startsWith("#") && !line.isBlank()) {
                List<String> input = inputAfter(at);
                replay.addAll(input);
                at += input.size();
                replay.addAll(taken(scene.get(), line, String.join("\n", input)));
            }
        }
        endOf(scene, replay);
        return List.copyOf(replay);
    }

    /** A step that cannot be taken, because what it speaks of is not there, shows where it stands. */
    private static List<String> taken(Scene scene, String step, String input) {
        try {
            return scene.take(step, input);
        } catch (IllegalArgumentException impossible) {
            return List.of("+ cannot be done: " + impossible.getMessage());
        }
    }

    private List<String> inputAfter(int at) {
        return lines.subList(at + 1, lines.size()).stream()
                .takeWhile(line -> line.startsWith(" "))
                .toList();
    }

    /** A loop that is started anew finds nothing left to write. */
    private static void endOf(Optional<Scene> scene, List<String> replay) {
        scene.map(Scene::again).filter(written -> !written.isEmpty()).ifPresent(written -> {
            replay.add("+ a second look writes:");
            replay.addAll(written);
        });
    }
}
