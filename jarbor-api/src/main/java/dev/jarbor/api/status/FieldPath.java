package dev.jarbor.api.status;

/**
 * The way to a field from the root of its object, such as {@code spec.containers[0].name}.
 *
 * @param text the way as messages print it, "" for the root itself
 */
public record FieldPath(String text) {
    /** The root, which prints {@code <nil>} where a message has to name it. */
    public static final FieldPath NONE = new FieldPath("");

    /** The path through {@code name} and {@code more} from the root. */
    public static FieldPath of(String name, String... more) {
        return NONE.child(name, more);
    }

    /** The field {@code name} below this one, and so on through {@code more}. */
    public FieldPath child(String name, String... more) {
        String path = text.isEmpty() ? name : text + "." + name;
        for (String next : more) {
            path = path + "." + next;
        }
        return new FieldPath(path);
    }

    /** The item at {@code index} of this list. */
    public FieldPath index(int index) {
        return new FieldPath(text + "[" + index + "]");
    }

    /** The value under {@code key} of this map. */
    public FieldPath key(String key) {
        return new FieldPath(text + "[" + key + "]");
    }

    @Override
    public String toString() {
        return text.isEmpty() ? "<nil>" : text;
    }
}
