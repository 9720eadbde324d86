package dev.jarbor.cli;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Limits;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads manifests from files and folders: {@code *.yaml}, {@code *.yml} and {@code *.json}, folders not recursively. */
final class Manifests {
    /** One object and the file it came from. */
    record Manifest(Path file, ObjectValue object) {
        String kind() {
            return object.string("kind");
        }

        String name() {
            return object.object("metadata").string("name");
        }

        /** For messages: {@code shop.yaml: Deployment "web"}. */
        String where() {
            return file + ": " + kind() + " \"" + name() + "\"";
        }
    }

    private static final int MOST_FILES = 1_000;
    private static final Limits LIMITS = Limits.ofBytes(16 * 1024 * 1024);

    private Manifests() {}

    /**
     * All objects of {@code paths} in the order given; files of a folder by name; items of a List one by one.
     *
     * @throws Refusal for a path that is not there, a file that does not parse, a document that is no object
     */
    static List<Manifest> read(List<Path> paths) {
        var manifests = new ArrayList<Manifest>();
        for (Path path : paths) {
            for (Path file : files(path)) {
                readFile(file, manifests);
            }
        }
        return manifests;
    }

    private static List<Path> files(Path path) {
        if (!Files.exists(path)) {
            throw new Refusal(path + ": no such file or folder");
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (var entries = Files.list(path)) {
            List<Path> files = entries.filter(Manifests::isManifest).sorted().toList();
            if (files.isEmpty()) {
                throw new Refusal(path + ": no *.yaml, *.yml or *.json file in this folder");
            }
            if (files.size() > MOST_FILES) {
                throw new Refusal(path + ": more than " + MOST_FILES + " manifests");
            }
            return files;
        } catch (IOException failure) {
            throw new Refusal(path + ": cannot be read: " + failure.getMessage(), failure);
        }
    }

    private static boolean isManifest(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return Files.isRegularFile(file) && (name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json"));
    }

    private static void readFile(Path file, List<Manifest> manifests) {
        try {
            for (Value document : Yaml.documents(Files.readAllBytes(file), LIMITS)) {
                add(file, document, manifests);
            }
        } catch (DecodeException broken) {
            throw new Refusal(broken.in(file.toString()), broken);
        } catch (NoSuchFileException gone) {
            throw new Refusal(file + ": no such file", gone);
        } catch (IOException failure) {
            throw new Refusal(file + ": cannot be read: " + failure.getMessage(), failure);
        }
    }

    private static void add(Path file, Value document, List<Manifest> manifests) {
        if (!(document instanceof ObjectValue object)) {
            throw new Refusal(file + ": a document is a " + document.typeName()
                    + ", expected an object with apiVersion and kind");
        }
        for (String required : List.of("apiVersion", "kind")) {
            if (object.string(required).isEmpty()) {
                throw new Refusal(file + ": a document has no " + required);
            }
        }
        if (object.string("kind").endsWith("List") && object.has("items")) {
            object.list("items").forEach(item -> add(file, item, manifests));
            return;
        }
        if (object.object("metadata").string("name").isEmpty()
                && object.object("metadata").string("generateName").isEmpty()) {
            throw new Refusal(file + ": a " + object.string("kind") + " has no metadata.name");
        }
        manifests.add(new Manifest(file, object));
    }
}
