package dev.jarbor.api.patch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Strategic merge patches against a naive model, over random types, objects and patches with every directive. */
class StrategicMergePropertyTest {
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int KEYS = 4;

    /** What a field may be; on the deepest level only the first. */
    private enum Kind {
        SCALAR,
        OBJECT,
        REPLACED_OBJECT,
        LIST,
        SET,
        ITEMS
    }

    /** A random type: the kind of a field follows from its name and depth. */
    private record Type(long seed, int depth) implements PatchShape {
        Kind kind(String name) {
            if (depth == 0) {
                return Kind.SCALAR;
            }
            List<Kind> kinds = List.of(Kind.values());
            return kinds.get(new Random(seed * 31 + name.hashCode() * 7L + depth).nextInt(kinds.size()));
        }

        Type inside(String name) {
            return new Type(seed * 17 + name.hashCode(), depth - 1);
        }

        @Override
        public PatchShape.Field field(String name) {
            Kind kind = name.equals("k") ? Kind.SCALAR : kind(name);
            return new PatchShape.Field(
                    kind == Kind.SET || kind == Kind.ITEMS,
                    kind == Kind.REPLACED_OBJECT,
                    kind == Kind.ITEMS ? "k" : "",
                    inside(name));
        }
    }

    private final Objects objects = new Objects();

    @Property(tries = 1000)
    void agreesWithTheNaiveModel(@ForAll long seed) {
        var random = new Random(seed);
        var type = new Type(random.nextLong(), 2);
        ObjectValue original = objects.object(type, random);
        ObjectValue patch = objects.patch(type, random);

        ObjectValue merged = StrategicMergePatch.merge(original, patch, type);

        assertThat(NaiveStrategicMerge.unordered(merged))
                .as("%s patched by %s", original, patch)
                .isEqualTo(NaiveStrategicMerge.unordered(NaiveStrategicMerge.merge(original, patch, type)));
    }

    @Property(tries = 1000)
    void anOrderThatNamesAllItemsIsTheOrderTheyEndUpIn(@ForAll long seed) {
        var random = new Random(seed);
        List<Value> before = shuffled(random);
        List<Value> order = shuffled(random);
        ObjectValue original = ObjectValue.of("items", ListValue.of(keyed(before)));
        ObjectValue patch = ObjectValue.EMPTY
                .with("$setElementOrder/items", ListValue.of(keyed(order)))
                .with("items", ListValue.of(keyed(order)));
        PatchShape shape = name -> new PatchShape.Field(true, false, "k", PatchShape.unknown());

        ObjectValue merged = StrategicMergePatch.merge(original, patch, shape);

        List<Value> keys = merged.list("items").objects().stream()
                .map(item -> item.valueOrNull("k"))
                .toList();
        assertThat(keys.stream().filter(order::contains).toList()).isEqualTo(order);
        assertThat(keys.stream().filter(key -> !order.contains(key)).toList())
                .isEqualTo(before.stream().filter(key -> !order.contains(key)).toList());
    }

    private static List<Value> shuffled(Random random) {
        var keys = new ArrayList<Value>();
        for (int key = 0; key < KEYS; key++) {
            if (random.nextBoolean()) {
                keys.add(random.nextInt(keys.size() + 1), Value.of(key));
            }
        }
        return keys;
    }

    private static List<ObjectValue> keyed(List<Value> keys) {
        return keys.stream().map(key -> ObjectValue.of("k", key)).toList();
    }

    /** Random objects and patches of a type. */
    private static final class Objects {
        ObjectValue object(Type type, Random random) {
            var object = ObjectValue.builder();
            for (String name : NAMES) {
                if (random.nextInt(3) > 0) {
                    object.put(name, value(type, name, random));
                }
            }
            return object.build();
        }

        private Value value(Type type, String name, Random random) {
            return switch (type.kind(name)) {
                case SCALAR -> Value.of(random.nextInt(3));
                case OBJECT, REPLACED_OBJECT -> object(type.inside(name), random);
                case LIST, SET -> ListValue.of(shuffled(random));
                case ITEMS ->
                    ListValue.of(shuffled(random).stream()
                            .map(key -> object(type.inside(name), random).with("k", key))
                            .toList());
            };
        }

        ObjectValue patch(Type type, Random random) {
            ObjectValue patch = ObjectValue.EMPTY;
            for (String name : NAMES) {
                patch = switch (random.nextInt(5)) {
                    case 0 -> patch;
                    case 1 -> patch.with(name, NullValue.NULL);
                    default -> change(patch, type, name, random);
                };
            }
            if (random.nextInt(6) == 0) {
                patch = patch.with(
                        "$retainKeys",
                        ListValue.ofStrings(NAMES.stream()
                                .filter(name -> random.nextBoolean())
                                .toList()));
                ListValue retained = patch.list("$retainKeys");
                for (String name : NAMES) {
                    patch = retained.strings().contains(name) ? patch : patch.without(name);
                }
            }
            return patch;
        }

        private ObjectValue change(ObjectValue patch, Type type, String name, Random random) {
            return switch (type.kind(name)) {
                case SCALAR, LIST -> patch.with(name, value(type, name, random));
                case OBJECT -> patch.with(name, directed(patch(type.inside(name), random), random));
                case REPLACED_OBJECT -> patch.with(name, object(type.inside(name), random));
                case SET ->
                    random.nextBoolean()
                            ? patch.with(name, ListValue.of(shuffled(random)))
                            : patch.with("$deleteFromPrimitiveList/" + name, ListValue.of(shuffled(random)));
                case ITEMS -> patch.with(name, items(type.inside(name), random));
            };
        }

        private static ObjectValue directed(ObjectValue patch, Random random) {
            return switch (random.nextInt(8)) {
                case 0 -> ObjectValue.of("$patch", Value.of("delete"));
                default -> patch;
            };
        }

        private ListValue items(Type item, Random random) {
            var items = new ArrayList<Value>();
            for (Value key : shuffled(random)) {
                items.add(
                        random.nextInt(3) == 0
                                ? ObjectValue.of("k", key).with("$patch", "delete")
                                : object(item, random).with("k", key));
            }
            if (random.nextInt(6) == 0) {
                items.add(ObjectValue.of("$patch", Value.of("replace")));
            }
            return ListValue.of(items);
        }
    }
}
