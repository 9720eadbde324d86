package dev.jarbor.api.apply;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A set of fields of an object, kept in the very form in which {@code managedFields} carry it (FieldsV1). A field that is
 * in the set is an entry with the empty object or with {@code "."} among its own entries; an entry without it only leads
 * to fields that are:
 *
 * <pre>
 * {"f:spec": {"f:ports": {".": {}, "k:{\"port\":80}": {"f:port": {}}}}}      .spec.ports and .spec.ports[port=80].port
 * </pre>
 *
 * So nothing is decoded to compute with it, and what does not change is shared.
 */
@SuppressWarnings("ReferenceEquality") // the very same value is the sign that nothing changed, and spares a walk
public record FieldSet(ObjectValue tree) {
    public static final FieldSet EMPTY = new FieldSet(ObjectValue.EMPTY);

    /** On the way to fields: every part, whatever it is called. */
    public static final String ANY = "*";

    /** Among the entries of a field: it is in the set itself. */
    static final String SELF = ".";

    private static final ObjectValue ONLY_SELF = ObjectValue.of(SELF, ObjectValue.EMPTY);

    /** The set that {@code fieldsV1}, written by a client, is; empty where it is malformed. */
    public static Optional<FieldSet> decode(ObjectValue fieldsV1) {
        return canonical(fieldsV1).map(FieldSet::new);
    }

    /** The set of one field, given by names. */
    public static FieldSet of(String... names) {
        var builder = new Builder();
        Path path = Path.ROOT;
        for (String name : names) {
            path = path.field(name);
        }
        builder.add(path);
        return builder.build();
    }

    public boolean isEmpty() {
        return tree.isEmpty();
    }

    /** Whether the field that {@code names} lead to is in the set. */
    public boolean has(String... names) {
        ObjectValue here = tree;
        for (int i = 0; i < names.length; i++) {
            String element = Elements.field(names[i]);
            if (!here.has(element)) {
                return false;
            }
            here = here.object(element);
            if (here.isEmpty()) {
                return i == names.length - 1;
            }
        }
        return isMember(here);
    }

    public FieldSet union(FieldSet other) {
        return with(union(tree, other.tree));
    }

    public FieldSet intersection(FieldSet other) {
        return with(intersection(tree, other.tree));
    }

    public FieldSet difference(FieldSet other) {
        return with(difference(tree, other.tree, false));
    }

    /** The fields that are neither in {@code other} nor inside of a field that is. */
    public FieldSet without(FieldSet other) {
        return with(difference(tree, other.tree, true));
    }

    /** The fields inside of those that {@code names} lead to, and those; {@link #ANY} leads to every part. */
    public FieldSet within(String... names) {
        return with(within(tree, List.of(names)));
    }

    private static ObjectValue within(ObjectValue tree, List<String> names) {
        if (names.isEmpty()) {
            return tree;
        }
        String name = names.getFirst();
        List<String> rest = names.subList(1, names.size());
        ObjectValue found = ObjectValue.EMPTY;
        for (int i = 0; i < tree.size(); i++) {
            String element = tree.name(i);
            boolean leads = name.equals(ANY) ? !element.equals(SELF) : element.equals(Elements.field(name));
            ObjectValue inner = leads ? within(tree.object(element), rest) : ObjectValue.EMPTY;
            if (!inner.isEmpty() || (leads && rest.isEmpty())) {
                found = found.with(element, inner);
            }
        }
        return found;
    }

    /** The set with the named fields on the way to its fields, as far as {@code shape} names them. */
    FieldSet withNamedParents(Shape shape) {
        return with(named(tree, shape));
    }

    /**
     * The set as {@code shape} has it: who owned parts of what is one value by now owns that value.
     *
     * <p>What was one value and has parts by now is not taken apart; nobody can tell whose they are.
     */
    FieldSet fitted(Shape shape) {
        return with(fitted(tree, shape));
    }

    private static ObjectValue fitted(ObjectValue tree, Shape shape) {
        ObjectValue changed = tree;
        for (int i = 0; i < tree.size(); i++) {
            String element = tree.name(i);
            ObjectValue child = tree.object(element);
            if (!element.equals(SELF) && !child.isEmpty()) {
                Shape inner = shape.inside(element);
                ObjectValue next = inner.isAtomic() ? ObjectValue.EMPTY : fitted(child, inner);
                changed = next == child ? changed : changed.with(element, next);
            }
        }
        return changed;
    }

    /** Calls {@code action} with the way to each field: those of a level first, then what is inside of them. */
    public void forEach(Consumer<List<String>> action) {
        forEach(tree, new ArrayList<>(), action);
    }

    /** The part of the set inside of {@code element}; whether that itself is in the set is {@link #hasElement}. */
    FieldSet inside(String element) {
        ObjectValue child = tree.object(element);
        return new FieldSet(child.without(SELF));
    }

    boolean hasElement(String element) {
        return tree.has(element) && isMember(tree.object(element));
    }

    private FieldSet with(ObjectValue changed) {
        return changed == tree ? this : changed.isEmpty() ? EMPTY : new FieldSet(changed);
    }

    private static boolean isMember(ObjectValue child) {
        return child.isEmpty() || child.name(0).equals(SELF);
    }

    /** A child with its membership as an entry, so that it is treated like all others. */
    private static ObjectValue open(Value child) {
        return child instanceof ObjectValue object && !object.isEmpty() ? object : ONLY_SELF;
    }

    private static ObjectValue closed(ObjectValue child) {
        return child.size() == 1 && child.name(0).equals(SELF) ? ObjectValue.EMPTY : child;
    }

    private static ObjectValue union(ObjectValue one, ObjectValue other) {
        if (one == other || other.isEmpty()) {
            return one;
        }
        if (one.isEmpty()) {
            return other;
        }
        var names = new ArrayList<String>(one.size() + other.size());
        var values = new ArrayList<Value>(one.size() + other.size());
        boolean same = true;
        int i = 0;
        int j = 0;
        while (i < one.size() || j < other.size()) {
            int order =
                    i == one.size() ? 1 : j == other.size() ? -1 : one.name(i).compareTo(other.name(j));
            if (order < 0) {
                names.add(one.name(i));
                values.add(one.value(i++));
            } else if (order > 0) {
                same = false;
                names.add(other.name(j));
                values.add(other.value(j++));
            } else {
                String name = one.name(i);
                Value mine = one.value(i++);
                Value theirs = other.value(j++);
                Value both = mine == theirs || name.equals(SELF) ? mine : closed(union(open(mine), open(theirs)));
                both = both.equals(mine) ? mine : both;
                same &= both == mine;
                names.add(name);
                values.add(both);
            }
        }
        return same ? one : ObjectValue.ofSorted(names, values);
    }

    private static ObjectValue intersection(ObjectValue one, ObjectValue other) {
        if (one == other) {
            return one;
        }
        var names = new ArrayList<String>();
        var values = new ArrayList<Value>();
        int i = 0;
        int j = 0;
        while (i < one.size() && j < other.size()) {
            int order = one.name(i).compareTo(other.name(j));
            if (order == 0) {
                String name = one.name(i);
                if (name.equals(SELF)) {
                    names.add(name);
                    values.add(ObjectValue.EMPTY);
                } else {
                    ObjectValue both = intersection(open(one.value(i)), open(other.value(j)));
                    if (!both.isEmpty()) {
                        names.add(name);
                        values.add(closed(both));
                    }
                }
            }
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        return ObjectValue.ofSorted(names, values);
    }

    /** @param deep whether what is inside of a field of {@code other} goes too */
    private static ObjectValue difference(ObjectValue one, ObjectValue other, boolean deep) {
        ObjectValue left = one;
        int i = 0;
        int j = 0;
        while (i < one.size() && j < other.size()) {
            String name = one.name(i);
            int order = name.compareTo(other.name(j));
            if (order == 0) {
                Value taken = other.value(j);
                if (name.equals(SELF) || (deep && isMember(open(taken)))) {
                    left = left.without(name);
                } else {
                    ObjectValue mine = open(one.value(i));
                    ObjectValue rest = difference(mine, open(taken), deep);
                    if (rest.isEmpty()) {
                        left = left.without(name);
                    } else if (rest != mine) {
                        left = left.with(name, closed(rest));
                    }
                }
            }
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        return left;
    }

    private static ObjectValue named(ObjectValue tree, Shape shape) {
        ObjectValue changed = tree;
        for (int i = 0; i < tree.size(); i++) {
            String element = tree.name(i);
            ObjectValue child = tree.object(element);
            if (element.equals(SELF) || child.isEmpty()) {
                continue;
            }
            ObjectValue next = named(child, shape.inside(element));
            if (Elements.isField(element) && shape.names(Elements.name(element))) {
                next = next.with(SELF, ObjectValue.EMPTY);
            }
            changed = next == child ? changed : changed.with(element, next);
        }
        return changed;
    }

    private static void forEach(ObjectValue tree, List<String> way, Consumer<List<String>> action) {
        for (int i = 0; i < tree.size(); i++) {
            if (!tree.name(i).equals(SELF) && isMember(tree.object(tree.name(i)))) {
                way.addLast(tree.name(i));
                action.accept(List.copyOf(way));
                way.removeLast();
            }
        }
        for (int i = 0; i < tree.size(); i++) {
            ObjectValue child = tree.object(tree.name(i));
            if (!child.isEmpty()) {
                way.addLast(tree.name(i));
                forEach(child, way, action);
                way.removeLast();
            }
        }
    }

    private static Optional<ObjectValue> canonical(ObjectValue fieldsV1) {
        var fields = new TreeMap<String, Value>();
        for (int i = 0; i < fieldsV1.size(); i++) {
            if (!(fieldsV1.value(i) instanceof ObjectValue child)) {
                return Optional.empty();
            }
            String name = fieldsV1.name(i);
            if (name.equals(SELF)) {
                fields.put(SELF, ObjectValue.EMPTY);
                continue;
            }
            Optional<String> element = Elements.canonical(name);
            Optional<ObjectValue> inner = canonical(child);
            if (element.isEmpty() || inner.isEmpty()) {
                return Optional.empty();
            }
            fields.put(element.get(), closed(inner.get()));
        }
        return Optional.of(ObjectValue.ofSorted(List.copyOf(fields.keySet()), List.copyOf(fields.values())));
    }

    /** As the reference prints a set: one field a line. */
    @Override
    public String toString() {
        var lines = new ArrayList<String>();
        forEach(way -> lines.add(Path.shown(way)));
        return String.join("\n", lines);
    }

    /** Collects fields one by one. */
    static final class Builder {
        private final Node root = new Node();

        private static final class Node {
            private final TreeMap<String, Node> children = new TreeMap<>();
            private boolean member;
            private @Nullable ObjectValue whole;

            ObjectValue value() {
                if (whole != null) {
                    return whole;
                }
                if (children.isEmpty()) {
                    return ObjectValue.EMPTY;
                }
                var names = new ArrayList<String>(children.size() + 1);
                var values = new ArrayList<Value>(children.size() + 1);
                if (member) {
                    names.add(SELF);
                    values.add(ObjectValue.EMPTY);
                }
                children.forEach((name, child) -> {
                    names.add(name);
                    values.add(child.value());
                });
                return ObjectValue.ofSorted(names, values);
            }
        }

        /** Adds a field; the root is no field and is passed over. */
        void add(Path path) {
            if (!path.isRoot()) {
                node(path).member = true;
            }
        }

        /** Adds a field with all that {@code inside}, an entry of a set, says; nothing else is added inside of it. */
        void addAll(Path path, ObjectValue inside) {
            node(path).whole = inside;
        }

        private Node node(Path path) {
            Path parent = path.parent();
            return parent == null ? root : node(parent).children.computeIfAbsent(path.element(), absent -> new Node());
        }

        FieldSet build() {
            return root.children.isEmpty() ? EMPTY : new FieldSet(root.value());
        }
    }
}
