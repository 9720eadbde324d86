package dev.jarbor.api.generator;

import dev.jarbor.api.generator.ClientModel.ModelClass;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the OpenAPI definition name of each model class. {@code V1PodSpec} says version and name but not the group; the
 * group comes from, in this order: the table {@code type-names.tsv}, the group prefix of ambiguous classes ({@code
 * CoreV1Event}), the served resources, the one known type of that version and name (protobuf messages and fact tables),
 * and at last the group of the types that refer to it.
 */
final class TypeNames {
    private static final Pattern CLASS =
            Pattern.compile("(?<group>[A-Z][a-z]+)?(?<version>V\\d+(?:(?:alpha|beta)\\d+)?)(?<name>[A-Z].*)");

    private final Facts facts;
    private final ClientModel model;
    private final Map<String, Set<String>> known = new TreeMap<>();
    private final Map<String, String> ids = new TreeMap<>();

    private TypeNames(Facts facts, ClientModel model, ProtobufModel protobuf) {
        this.facts = facts;
        this.model = model;
        protobuf.messages().keySet().forEach(this::know);
        facts.fields().keySet().forEach(key -> know(key.substring(0, key.indexOf('#'))));
    }

    /** Ids by class name; fails naming the classes that stay ambiguous. */
    static Map<String, String> of(Facts facts, ClientModel model, ProtobufModel protobuf) {
        var names = new TypeNames(facts, model, protobuf);
        names.nameWhatSaysItself();
        while (names.nameByReference()) {}
        var unnamed = new TreeSet<>(model.classes().keySet());
        unnamed.removeAll(names.ids.keySet());
        if (!unnamed.isEmpty()) {
            throw new IllegalStateException("name these model classes in type-names.tsv: " + unnamed);
        }
        return names.ids;
    }

    private void know(String id) {
        String[] parts = id.split("\\.", -1);
        if (parts.length > 2) {
            known.computeIfAbsent(parts[parts.length - 2] + "." + parts[parts.length - 1], key -> new TreeSet<>())
                    .add(id);
        }
    }

    private void nameWhatSaysItself() {
        Map<String, String> served = servedKinds();
        for (String name : model.classes().keySet()) {
            if (facts.names().containsKey(name)) {
                ids.put(name, facts.names().get(name));
                continue;
            }
            Matcher parts = parts(name);
            String key = parts.group("version").toLowerCase(Locale.ROOT) + "." + parts.group("name");
            Set<String> candidates = known.getOrDefault(key, Set.of());
            if (parts.group("group") != null) {
                ids.put(name, idPackage(parts.group("group").toLowerCase(Locale.ROOT)) + "." + key);
            } else if (served.containsKey(key)) {
                ids.put(name, served.get(key));
            } else if (candidates.size() == 1) {
                ids.put(name, candidates.iterator().next());
            }
        }
    }

    /** Served kinds and their lists, by version and name, where no two groups serve the same. */
    private Map<String, String> servedKinds() {
        var served = new TreeMap<String, String>();
        for (Facts.Resource resource : facts.resources()) {
            String idPackage = idPackage(facts.folderOf(resource.group()));
            for (String name : List.of(resource.kind(), resource.kind() + "List")) {
                String key = resource.version() + "." + name;
                served.merge(key, idPackage + "." + key, (one, other) -> one.equals(other) ? one : "");
            }
        }
        served.values().removeIf(String::isEmpty);
        return served;
    }

    private boolean nameByReference() {
        var found = new TreeMap<String, String>();
        for (String name : model.classes().keySet()) {
            if (!ids.containsKey(name)) {
                var packages = new TreeSet<String>();
                for (ModelClass type : model.classes().values()) {
                    if (ids.containsKey(type.name()) && refersTo(type, name)) {
                        String id = ids.get(type.name());
                        packages.add(id.substring(0, id.lastIndexOf('.')));
                    }
                }
                Matcher parts = parts(name);
                String version = "." + parts.group("version").toLowerCase(Locale.ROOT);
                packages.removeIf(idPackage -> !idPackage.endsWith(version));
                if (packages.size() == 1) {
                    found.put(name, packages.first() + "." + parts.group("name"));
                }
            }
        }
        ids.putAll(found);
        return !found.isEmpty();
    }

    private static boolean refersTo(ModelClass type, String name) {
        var names = new ArrayList<String>();
        type.fields().forEach(field -> collectNames(field.type(), names));
        return names.contains(name);
    }

    private static void collectNames(Type type, Collection<String> names) {
        if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                collectNames(argument, names);
            }
        } else if (type instanceof Class<?> plain) {
            names.add(plain.getSimpleName());
        }
    }

    private static Matcher parts(String name) {
        Matcher parts = CLASS.matcher(name);
        if (!parts.matches()) {
            throw new IllegalStateException("name this model class in type-names.tsv: " + name);
        }
        return parts;
    }

    private static String idPackage(String folder) {
        return switch (folder) {
            case "apiextensions" -> "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions";
            case "apiregistration" -> "io.k8s.kube-aggregator.pkg.apis.apiregistration";
            default -> "io.k8s.api." + folder;
        };
    }
}
