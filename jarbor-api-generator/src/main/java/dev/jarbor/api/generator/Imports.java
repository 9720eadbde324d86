package dev.jarbor.api.generator;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The imports of one source file: gives each class the shortest name that means it and nothing else. */
final class Imports {
    private final String javaPackage;
    private final Set<String> packageNeighbours;
    private final Map<String, String> imported = new TreeMap<>();

    /** @param generated the qualified names of all generated classes */
    Imports(String javaPackage, Set<String> generated) {
        this.javaPackage = javaPackage;
        this.packageNeighbours = generated;
    }

    String name(String qualified) {
        int dot = qualified.lastIndexOf('.');
        String simple = qualified.substring(dot + 1);
        if (qualified.substring(0, dot).equals(javaPackage)) {
            return simple;
        }
        if (packageNeighbours.contains(javaPackage + "." + simple)) {
            return qualified;
        }
        return imported.computeIfAbsent(simple, key -> qualified).equals(qualified) ? simple : qualified;
    }

    String text() {
        var text = new StringBuilder();
        imported.values().stream()
                .sorted()
                .forEach(name -> text.append("import ").append(name).append(";\n"));
        return text.toString();
    }
}
