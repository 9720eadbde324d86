package dev.jarbor.api.jsonpath;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A path into a value: fields, indexes, slices, wildcards, descent and filters such as
 * {@code .status.conditions[?(@.type=="Ready")].status}.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubectl/jsonpath/">JSONPath support</a>
 */
public final class JsonPath {
    private final String text;
    private final List<Step> steps;

    /** One step of a path: the values that it leads to from one value. */
    sealed interface Step {
        record Field(String name) implements Step {}

        record Index(int index) implements Step {}

        /** From, up to and not including, and every how many; open ends are the list's own. */
        record Slice(Optional<Integer> from, Optional<Integer> to, int every) implements Step {
            public Slice {
                if (every <= 0) {
                    throw new InvalidJsonPathException("step must be > 0");
                }
            }
        }

        record Wildcard() implements Step {}

        /** The value itself and everything below it. */
        record Descent() implements Step {}

        record Where(Filter filter) implements Step {}

        /** Several steps side by side: {@code ['a','b']} or {@code [0,2]}. */
        record Union(List<Step> parts) implements Step {}
    }

    private JsonPath(String text, List<Step> steps) {
        this.text = text;
        this.steps = List.copyOf(steps);
    }

    /**
     * Reads a path with or without its leading {@code $} and with or without braces around it.
     *
     * @throws InvalidJsonPathException when it is malformed
     */
    public static JsonPath parse(String text) {
        return new JsonPath(text, new JsonPathParser(text).steps());
    }

    /** The values that the path leads to, in order; none where it leads nowhere. */
    public List<Value> find(Value root) {
        List<Value> here = List.of(root);
        for (Step step : steps) {
            var next = new ArrayList<Value>();
            for (Value value : here) {
                follow(step, value, next);
            }
            here = next;
        }
        return here;
    }

    private static void follow(Step step, Value value, List<Value> found) {
        switch (step) {
            case Step.Field(String name) -> {
                if (value instanceof ObjectValue object) {
                    object.get(name).ifPresent(found::add);
                }
            }
            case Step.Index(int index) -> {
                if (value instanceof ListValue list) {
                    int at = index < 0 ? list.size() + index : index;
                    if (at >= 0 && at < list.size()) {
                        found.add(list.get(at));
                    }
                }
            }
            case Step.Slice slice -> {
                if (value instanceof ListValue list) {
                    int from = bound(slice.from().orElse(0), list.size());
                    int to = bound(slice.to().orElse(list.size()), list.size());
                    for (int i = from; i < to; i += slice.every()) {
                        found.add(list.get(i));
                    }
                }
            }
            case Step.Wildcard ignored -> children(value, found);
            case Step.Descent ignored -> descend(value, found);
            case Step.Where(Filter filter) -> {
                if (value instanceof ListValue list) {
                    list.items().stream().filter(filter::matches).forEach(found::add);
                }
            }
            case Step.Union(List<Step> parts) -> parts.forEach(part -> follow(part, value, found));
        }
    }

    private static int bound(int index, int size) {
        int at = index < 0 ? size + index : index;
        return Math.max(0, Math.min(at, size));
    }

    private static void children(Value value, List<Value> found) {
        switch (value) {
            case ObjectValue object -> object.forEach((name, child) -> found.add(child));
            case ListValue list -> found.addAll(list.items());
            default -> {
                // scalars have none
            }
        }
    }

    private static void descend(Value value, List<Value> found) {
        found.add(value);
        var children = new ArrayList<Value>();
        children(value, children);
        children.forEach(child -> descend(child, found));
    }

    /** The path as it was written. */
    @Override
    public String toString() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonPath that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }
}
