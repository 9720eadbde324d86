package dev.jarbor.api.apply;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The way to a field, from the object it is in; {@link #ROOT} is the object itself. */
record Path(@Nullable Path parent, String element) {
    static final Path ROOT = new Path(null, "");

    Path child(String next) {
        return new Path(this, next);
    }

    Path field(String name) {
        return child(Elements.field(name));
    }

    boolean isRoot() {
        return parent == null;
    }

    List<String> elements() {
        var elements = new ArrayDeque<String>();
        Path here = this;
        while (here.parent != null) {
            elements.addFirst(here.element);
            here = here.parent;
        }
        return List.copyOf(elements);
    }

    /** As messages show it, such as {@code .spec.containers[name="web"].image}. */
    static String shown(List<String> elements) {
        var text = new StringBuilder();
        elements.forEach(element -> text.append(Elements.shown(element)));
        return text.toString();
    }

    @Override
    public String toString() {
        return shown(elements());
    }
}
