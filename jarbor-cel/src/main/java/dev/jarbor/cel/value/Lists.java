package dev.jarbor.cel.value;

import dev.jarbor.api.schema.ListType;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;

/**
 * Concatenation and comparison of lists. Expressions cannot write to lists, so a concatenation shares with its operands:
 * short right sides extend the left one's array, as slices do; long ones are only referred to. So neither a loop that
 * collects items nor a list that is doubled again and again costs more than its steps.
 */
public final class Lists {
    private static final int SHORT = 64;

    private Lists() {}

    /** {@code left + right}, by the semantics that the left list's schema declares. */
    @SuppressWarnings("unchecked")
    public static List<Object> concat(List<?> left, List<?> right, Meter meter) {
        if (left instanceof TypedList typed) {
            switch (typed.listType()) {
                case SET -> {
                    return union((List<Object>) left, right, typed, meter);
                }
                case MAP -> {
                    return merged((List<Object>) left, right, typed, meter);
                }
                case UNDECLARED, ATOMIC -> {}
            }
        }
        if ((long) left.size() + right.size() > Integer.MAX_VALUE) {
            throw new CostExceeded();
        }
        if (right.size() > SHORT) {
            return left.isEmpty() ? (List<Object>) right : new Joined((List<Object>) left, (List<Object>) right);
        }
        return Grown.of((List<Object>) left, (List<Object>) right, meter);
    }

    /** Whether two lists are equal, by the semantics that the left list's schema declares. */
    static boolean equal(List<?> left, List<?> right, Meter meter) {
        if (left.size() != right.size()) {
            return false;
        }
        ListType type = left instanceof TypedList typed ? typed.listType() : ListType.UNDECLARED;
        return switch (type) {
            case SET -> left.stream().allMatch(item -> contains(right, item, meter));
            case MAP -> equalByKey(left, right, ((TypedList) left).listKeys(), meter);
            case UNDECLARED, ATOMIC -> equalInOrder(left, right, meter);
        };
    }

    /** Whether {@code list} has an item equal to {@code item}. */
    public static boolean contains(List<?> list, Object item, Meter meter) {
        for (Object candidate : list) {
            if (Equality.equal(item, candidate, meter)) {
                return true;
            }
        }
        return false;
    }

    private static boolean equalInOrder(List<?> left, List<?> right, Meter meter) {
        var others = right.iterator();
        for (Object item : left) {
            if (!Equality.equal(item, others.next(), meter)) {
                return false;
            }
        }
        return true;
    }

    private static boolean equalByKey(List<?> left, List<?> right, List<String> keys, Meter meter) {
        for (Object item : left) {
            int at = indexByKey(right, item, keys, meter);
            if (at < 0 || !Equality.equal(item, right.get(at), meter)) {
                return false;
            }
        }
        return true;
    }

    private static List<Object> union(List<Object> left, List<?> right, TypedList like, Meter meter) {
        var all = new ArrayList<Object>(left);
        for (Object item : right) {
            if (!contains(all, item, meter)) {
                all.add(item);
            }
        }
        return new MergedList(all, like);
    }

    private static List<Object> merged(List<Object> left, List<?> right, TypedList like, Meter meter) {
        var all = new ArrayList<Object>(left);
        for (Object item : right) {
            int at = indexByKey(all, item, like.listKeys(), meter);
            if (at < 0) {
                all.add(item);
            } else {
                all.set(at, item);
            }
        }
        return new MergedList(all, like);
    }

    private static int indexByKey(List<?> list, Object item, List<String> keys, Meter meter) {
        for (int i = 0; i < list.size(); i++) {
            if (sameKey(list.get(i), item, keys, meter)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean sameKey(Object one, Object other, List<String> keys, Meter meter) {
        meter.step(keys.size());
        if (!(one instanceof Map<?, ?> left) || !(other instanceof Map<?, ?> right)) {
            return false;
        }
        for (String key : keys) {
            Object mine = left.get(key);
            Object theirs = right.get(key);
            boolean bothAbsent = mine == null && theirs == null;
            boolean same = mine != null && theirs != null && Equality.equal(mine, theirs, meter);
            if (!bothAbsent && !same) {
                return false;
            }
        }
        return true;
    }

    /** The first {@code size} items of an array that later concatenations may extend. */
    private static final class Grown extends AbstractList<Object> implements RandomAccess {
        private final List<Object> shared;
        private final int size;

        private Grown(List<Object> shared) {
            this.shared = shared;
            size = shared.size();
        }

        static Grown of(List<Object> left, List<Object> right, Meter meter) {
            meter.step(right.size());
            List<Object> array;
            if (left instanceof Grown grown && grown.size == grown.shared.size()) {
                array = grown.shared;
            } else {
                meter.step(left.size());
                array = new ArrayList<>(left);
            }
            array.addAll(List.copyOf(right));
            return new Grown(array);
        }

        @Override
        public Object get(int index) {
            if (index >= size) {
                throw new IndexOutOfBoundsException(index);
            }
            return shared.get(index);
        }

        @Override
        public int size() {
            return size;
        }
    }

    /** Two lists, one after the other. */
    private static final class Joined extends AbstractList<Object> implements RandomAccess {
        private final List<Object> left;
        private final List<Object> right;
        private final int size;

        Joined(List<Object> left, List<Object> right) {
            this.left = left;
            this.right = right;
            this.size = left.size() + right.size();
        }

        @Override
        public Object get(int index) {
            List<Object> here = this;
            int at = index;
            while (here instanceof Joined joined) {
                int leftSize = joined.left.size();
                boolean inLeft = at < leftSize;
                here = inLeft ? joined.left : joined.right;
                at = inLeft ? at : at - leftSize;
            }
            return here.get(at);
        }

        @Override
        public int size() {
            return size;
        }
    }
}
