package dev.jarbor.api.patch;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The way to a place in a value (RFC 6901). As in the reference, a negative index counts from the end of its list.
 *
 * @param tokens the unescaped names and indexes from the root on; none for the root itself
 */
public record JsonPointer(List<String> tokens) {
    /** What to put in place of a container, told which of its places is meant. */
    @FunctionalInterface
    interface Edit {
        Value apply(Value container, String token);
    }

    public JsonPointer {
        tokens = List.copyOf(tokens);
    }

    /** Parses the form of a patch's {@code path}; empty where the text is no pointer. */
    public static Optional<JsonPointer> parse(String text) {
        if (text.isEmpty()) {
            return Optional.of(new JsonPointer(List.of()));
        }
        if (text.charAt(0) != '/') {
            return Optional.empty();
        }
        return Optional.of(new JsonPointer(Arrays.stream(text.substring(1).split("/", -1))
                .map(JsonPointer::unescape)
                .toList()));
    }

    /** What is there in {@code root}; empty where the way ends early. */
    public Optional<Value> in(Value root) {
        Optional<Value> here = Optional.of(root);
        for (String token : tokens) {
            here = here.flatMap(container -> child(container, token));
        }
        return here;
    }

    public boolean isRoot() {
        return tokens.isEmpty();
    }

    /** {@code root} with {@code edit} done to the container of this place; empty where there is no such container. */
    Optional<Value> edit(Value root, Edit edit) {
        return isRoot() ? Optional.empty() : edit(root, 0, edit);
    }

    private Optional<Value> edit(Value here, int depth, Edit edit) {
        String token = tokens.get(depth);
        if (depth == tokens.size() - 1) {
            boolean container = here instanceof ObjectValue || here instanceof ListValue;
            return container ? Optional.of(edit.apply(here, token)) : Optional.empty();
        }
        return child(here, token).flatMap(next -> edit(next, depth + 1, edit)).map(next -> replace(here, token, next));
    }

    /** {@code container}, which has something at {@code token}, with {@code value} there. */
    private static Value replace(Value container, String token, Value value) {
        if (container instanceof ObjectValue object) {
            return object.with(token, value);
        }
        var items = new ArrayList<>(((ListValue) container).items());
        items.set(index(token, items.size()).orElseThrow(), value);
        return ListValue.of(items);
    }

    private static Optional<Value> child(Value container, String token) {
        return switch (container) {
            case ObjectValue object -> object.get(token);
            case ListValue list -> index(token, list.size()).map(list::get);
            default -> Optional.empty();
        };
    }

    /** The index from 0 to below {@code bound} that {@code token} means. */
    static Optional<Integer> index(String token, int bound) {
        try {
            int number = Integer.parseInt(token);
            int index = number < 0 ? number + bound : number;
            return index >= 0 && index < bound ? Optional.of(index) : Optional.empty();
        } catch (NumberFormatException none) {
            return Optional.empty();
        }
    }

    private static String unescape(String token) {
        return token.indexOf('~') < 0 ? token : token.replace("~1", "/").replace("~0", "~");
    }

    /** The form of a patch's {@code path}. */
    @Override
    public String toString() {
        var text = new StringBuilder();
        tokens.forEach(token -> text.append('/').append(token.replace("~", "~0").replace("/", "~1")));
        return text.toString();
    }
}
