package dev.jarbor.cel.rules;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a value was before, as far as that can be told, and whether it changed: fields by name, items of lists by their
 * keys. An error about what did not change is only a warning.
 *
 * @param here this place before and now; absent where nothing corresponds
 * @param above the nearest place above of which it can be told
 * @see <a href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-ratcheting">ratcheting</a>
 */
record Correlation(@Nullable Pair here, @Nullable Pair above) {
    static final Correlation NONE = new Correlation(null, null);

    /** A value before and now. */
    record Pair(Value before, Value now) {
        boolean isSame() {
            return before.equals(now);
        }
    }

    static Correlation of(Value before, Value now) {
        return new Correlation(new Pair(before, now), null);
    }

    /** Whether what is wrong here was so before. */
    boolean isUnchanged() {
        Pair known = here != null ? here : above;
        return known != null && known.isSame();
    }

    /** The same for what {@code allOf} says about this place. */
    Correlation withoutOwn() {
        return new Correlation(null, above);
    }

    Correlation field(String name, ObjectValue schema) {
        if (here == null) {
            return this;
        }
        if (above == null && (name.equals("apiVersion") || name.equals("kind"))) {
            return NONE;
        }
        boolean isAtomic = schema.string("x-kubernetes-map-type").equals("atomic");
        Pair inside = null;
        if (!isAtomic && here.before instanceof ObjectValue before && here.now instanceof ObjectValue now) {
            Optional<Value> was = before.get(name);
            Optional<Value> is = now.get(name);
            inside = was.isPresent() && is.isPresent() ? new Pair(was.get(), is.get()) : null;
        }
        return new Correlation(inside, here);
    }

    Correlation item(int index, ObjectValue schema) {
        if (here == null) {
            return this;
        }
        Pair inside = null;
        if (here.before instanceof ListValue before && here.now instanceof ListValue now) {
            Value item = now.get(index);
            inside = sameItem(before, item, schema)
                    .map(was -> new Pair(was, item))
                    .orElse(null);
        }
        return new Correlation(inside, here);
    }

    /** The item of {@code list} with the same keys; empty for lists without keys. */
    static Optional<Value> sameItem(ListValue list, Value item, ObjectValue schema) {
        List<String> keys = schema.list("x-kubernetes-list-map-keys").strings();
        if (!schema.string("x-kubernetes-list-type").equals("map")
                || keys.isEmpty()
                || !(item instanceof ObjectValue sought)) {
            return Optional.empty();
        }
        return list.stream()
                .filter(candidate -> candidate instanceof ObjectValue object
                        && keys.stream().allMatch(key -> object.get(key).equals(sought.get(key))))
                .findFirst();
    }
}
