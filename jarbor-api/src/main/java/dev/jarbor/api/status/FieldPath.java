package dev.jarbor.api.status;

import org.jspecify.annotations.Nullable;

/**
 * The way to a field from the root of its object, such as {@code spec.containers[0].name}. A path costs one small object
 * a step, and becomes text only when a message prints it, because nearly all paths are made for checks that find nothing.
 */
public final class FieldPath {
    /** The root, which prints {@code <nil>} where a message has to name it. */
    public static final FieldPath NONE = new FieldPath(null, "", -1, false);

    private final @Nullable FieldPath parent;
    private final String name;
    private final int index;
    private final boolean key;

    private FieldPath(@Nullable FieldPath parent, String name, int index, boolean key) {
        this.parent = parent;
        this.name = name;
        this.index = index;
        this.key = key;
    }

    /** The path through {@code name} and {@code more} from the root. */
    public static FieldPath of(String name, String... more) {
        return NONE.child(name, more);
    }

    /** The field {@code name} below this one. */
    public FieldPath child(String name) {
        return new FieldPath(this, name, -1, false);
    }

    /** The field {@code name} below this one, and so on through {@code more}. */
    public FieldPath child(String name, String... more) {
        FieldPath path = child(name);
        for (String next : more) {
            path = path.child(next);
        }
        return path;
    }

    /** The item at {@code index} of this list. */
    public FieldPath index(int index) {
        return new FieldPath(this, "", index, false);
    }

    /** The value under {@code key} of this map. */
    public FieldPath key(String key) {
        return new FieldPath(this, key, -1, true);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FieldPath that && toString().equals(that.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        if (parent == null) {
            return "<nil>";
        }
        var text = new StringBuilder();
        print(text);
        return text.toString();
    }

    private void print(StringBuilder text) {
        if (parent == null) {
            return;
        }
        parent.print(text);
        if (index >= 0) {
            text.append('[').append(index).append(']');
        } else if (key) {
            text.append('[').append(name).append(']');
        } else {
            text.append(text.isEmpty() ? "" : ".").append(name);
        }
    }
}
