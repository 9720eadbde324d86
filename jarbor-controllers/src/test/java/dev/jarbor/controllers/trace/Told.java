package dev.jarbor.controllers.trace;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The words of a trace: objects as lines that a person reads and that do not change from run to run. Names that the server or a
 * hash made up become numbers and letters in the order in which they appear ({@code web-a-1}), times become spans since the
 * scene began, and what every write changes is left out.
 */
final class Told {
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z");
    private static final Set<String> ALWAYS_NEW =
            Set.of("resourceVersion", "generation", "uid", "creationTimestamp", "managedFields", "name", "namespace");
    /** Of those that the server makes; a script that needs one writes a shorter one. */
    private static final int UID_LENGTH = 36;

    private final Instant start;
    /** What is told instead of what; longer texts come first, because they may contain others. */
    private final Map<String, String> instead = new LinkedHashMap<>();

    private final Map<String, Integer> counts = new TreeMap<>();

    Told(Instant start) {
        this.start = start;
    }

    /** A span as scripts write it: {@code +1h30m}. */
    String since(Instant time) {
        return "+" + Duration.between(start, time).toString().substring(2).toLowerCase(Locale.ROOT);
    }

    /** Finds the names that somebody made up for {@code created}. */
    void meet(ObjectValue created) {
        ObjectValue metadata = created.object("metadata");
        String name = metadata.string("name");
        String hash = created.string("kind").equals("ControllerRevision")
                ? name.substring(name.lastIndexOf('-') + 1)
                : metadata.object("labels").string("pod-template-hash");
        if (!hash.isEmpty() && !instead.containsKey(hash)) {
            instead.put(hash, String.valueOf((char) ('a' + counts.merge("hash", 1, Integer::sum) - 1)));
        }
        String prefix = metadata.string("generateName");
        if (!prefix.isEmpty() && name.startsWith(prefix)) {
            String plain = plain(prefix);
            instead.put(name, plain + counts.merge(plain, 1, Integer::sum));
        }
        String uid = metadata.string("uid");
        if (uid.length() == UID_LENGTH) {
            instead.put(uid, "uid of " + plain(name));
        }
    }

    /** {@code text} without what changes from run to run. */
    String plain(String text) {
        String plain = text;
        List<String> longestFirst = instead.keySet().stream()
                .sorted((one, other) -> Integer.compare(other.length(), one.length()))
                .toList();
        for (String each : longestFirst) {
            plain = plain.replace(each, instead.getOrDefault(each, each));
        }
        return TIME.matcher(plain).replaceAll(this::span);
    }

    private String span(MatchResult time) {
        Instant told = Instant.parse(time.group());
        return told.isBefore(start) ? time.group() : since(told);
    }

    /** What {@code object} says at and below {@code paths}; nothing where there are none. */
    List<String> shown(ObjectValue object, List<String> paths) {
        var lines = new ArrayList<String>();
        leaves(object).forEach((path, value) -> {
            if (paths.stream().anyMatch(wanted -> isAtOrBelow(path, wanted))) {
                lines.add(path + ": " + value);
            }
        });
        return lines;
    }

    private static boolean isAtOrBelow(String path, String wanted) {
        return path.equals(wanted) || path.startsWith(wanted + ".") || path.startsWith(wanted + "[");
    }

    /** What is different in {@code after}. */
    List<String> changes(ObjectValue before, ObjectValue after) {
        Map<String, String> was = leaves(before);
        Map<String, String> is = leaves(after);
        var paths = new TreeSet<String>(was.keySet());
        paths.addAll(is.keySet());
        return paths.stream()
                .filter(path -> !Objects.equals(was.get(path), is.get(path)))
                .map(path -> path + ": " + change(was.get(path), is.get(path)))
                .toList();
    }

    private static String change(@Nullable String was, @Nullable String is) {
        if (was == null) {
            return String.valueOf(is);
        }
        return was.length() > 40 && is != null ? is : was + " → " + (is == null ? "none" : is);
    }

    private Map<String, String> leaves(ObjectValue object) {
        var leaves = new TreeMap<String, String>();
        object.forEach((name, value) -> {
            if (name.equals("metadata") && value instanceof ObjectValue metadata) {
                metadata.forEach((field, part) -> {
                    if (field.equals("ownerReferences")) {
                        leaves.put("metadata.ownerReferences", owners(metadata));
                    } else if (!ALWAYS_NEW.contains(field)) {
                        flatten("metadata." + field, part, leaves);
                    }
                });
            } else if (!name.equals("apiVersion") && !name.equals("kind")) {
                flatten(name, value, leaves);
            }
        });
        return leaves;
    }

    private String owners(ObjectValue metadata) {
        return metadata.list("ownerReferences").objects().stream()
                .map(owner -> (owner.bool("controller") ? "controller " : "owner ") + owner.string("kind") + "/"
                        + plain(owner.string("name")))
                .collect(Collectors.joining(", "));
    }

    private void flatten(String path, Value value, Map<String, String> leaves) {
        switch (value) {
            case ObjectValue object -> {
                if (object.isEmpty()) {
                    leaves.put(path, "{}");
                }
                object.forEach((name, part) -> {
                    if (!name.equals("resourceVersion")) {
                        flatten(below(path, name), part, leaves);
                    }
                });
            }
            case ListValue list -> flattenList(path, list, leaves);
            case StringValue text -> leaves.put(path, plain(text.text()));
            case NullValue ignored -> leaves.put(path, "null");
            default -> leaves.put(path, value.toString());
        }
    }

    private String below(String path, String name) {
        return name.contains(".") || name.contains("/") ? path + "[" + plain(name) + "]" : path + "." + plain(name);
    }

    private void flattenList(String path, ListValue list, Map<String, String> leaves) {
        List<ObjectValue> objects = list.stream()
                .filter(ObjectValue.class::isInstance)
                .map(ObjectValue.class::cast)
                .toList();
        if (objects.size() < list.size() || list.isEmpty()) {
            leaves.put(
                    path,
                    list.items().stream()
                            .map(item -> item instanceof StringValue text ? plain(text.text()) : item.toString())
                            .collect(Collectors.joining(", ", "[", "]")));
            return;
        }
        for (int at = 0; at < objects.size(); at++) {
            ObjectValue item = objects.get(at);
            if (item.has("type") && item.has("status")) {
                leaves.put(path + "[" + item.string("type") + "]", condition(item));
            } else if (!item.string("name").isEmpty()) {
                flatten(path + "[" + plain(item.string("name")) + "]", item.without("name"), leaves);
            } else if (isFlat(item)) {
                leaves.put(path + "[" + at + "]", inOneLine(item));
            } else {
                flatten(path + "[" + at + "]", item, leaves);
            }
        }
    }

    private static boolean isFlat(ObjectValue item) {
        return item.names().stream()
                .map(item::valueOrNull)
                .noneMatch(part -> part instanceof ObjectValue || part instanceof ListValue);
    }

    private String inOneLine(ObjectValue item) {
        return item.names().stream()
                .map(name -> name + ": " + plain(String.valueOf(item.valueOrNull(name))))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private String condition(ObjectValue condition) {
        String reason = condition.string("reason");
        String message = plain(condition.string("message"));
        return condition.string("status")
                + (reason.isEmpty() ? "" : " " + reason)
                + (message.isEmpty() ? "" : ": " + message);
    }
}
