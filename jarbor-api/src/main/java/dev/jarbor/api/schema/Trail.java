package dev.jarbor.api.schema;

import java.util.ArrayList;
import java.util.List;

/** Where a walk through an object is. Steps are only put into words when somebody asks. */
final class Trail {
    private enum Kind {
        FIELD,
        KEY,
        ITEM
    }

    private final List<Kind> kinds = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<Integer> indexes = new ArrayList<>();

    void enterField(String name) {
        enter(Kind.FIELD, name, 0);
    }

    void enterKey(String name) {
        enter(Kind.KEY, name, 0);
    }

    void enterItem(int index) {
        enter(Kind.ITEM, "", index);
    }

    private void enter(Kind kind, String name, int index) {
        kinds.add(kind);
        names.add(name);
        indexes.add(index);
    }

    void leave() {
        kinds.removeLast();
        names.removeLast();
        indexes.removeLast();
    }

    /** {@code spec.containers[0].image}: every step. */
    String full() {
        var text = new StringBuilder();
        for (int i = 0; i < kinds.size(); i++) {
            if (kinds.get(i) == Kind.ITEM) {
                text.append('[').append(indexes.get(i)).append(']');
            } else {
                text.append(text.isEmpty() ? "" : ".").append(names.get(i));
            }
        }
        return text.toString();
    }

    /** {@code spec.containers.image}: the fields alone, as the Go decoder names a place. */
    String fields() {
        var text = new StringBuilder();
        for (int i = 0; i < kinds.size(); i++) {
            if (kinds.get(i) == Kind.FIELD) {
                text.append(text.isEmpty() ? "" : ".").append(names.get(i));
            }
        }
        return text.toString();
    }
}
