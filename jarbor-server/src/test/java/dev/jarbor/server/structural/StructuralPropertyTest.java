package dev.jarbor.server.structural;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What holds for every schema and every object, drawn from a seed. */
class StructuralPropertyTest {
    private static final List<String> NAMES = List.of("a", "b", "c", "d");

    /** Draws schemas and objects; both from the same few names, so that they often meet. */
    private static final class Draw {
        private final Random random;

        Draw(long seed) {
            random = new Random(seed);
        }

        ObjectValue root() {
            return object(3);
        }

        private ObjectValue schema(int depth) {
            return switch (random.nextInt(depth > 0 ? 6 : 3)) {
                case 0 -> typed("string").with("maxLength", 3);
                case 1 -> typed("integer").with("minimum", 0);
                case 2 -> ObjectValue.EMPTY.with("x-kubernetes-int-or-string", true);
                case 3 -> typed("array").with("items", schema(depth - 1));
                case 4 -> typed("object").with("additionalProperties", schema(depth - 1));
                default -> object(depth - 1);
            };
        }

        private ObjectValue object(int depth) {
            ObjectValue properties = ObjectValue.EMPTY;
            for (String name : NAMES) {
                if (random.nextBoolean()) {
                    ObjectValue property = schema(depth);
                    Value given = random.nextInt(3) == 0 ? fitting(property) : NullValue.NULL;
                    properties = properties.with(
                            name, given instanceof NullValue ? property : property.with("default", given));
                }
            }
            ObjectValue object = typed("object").with("properties", properties);
            return random.nextInt(4) == 0 ? object.with("x-kubernetes-preserve-unknown-fields", true) : object;
        }

        private ObjectValue typed(String type) {
            ObjectValue schema = ObjectValue.EMPTY.with("type", type);
            return random.nextInt(4) == 0 ? schema.with("nullable", true) : schema;
        }

        /** A value that the schema allows. */
        Value fitting(ObjectValue schema) {
            if (schema.bool("x-kubernetes-int-or-string")) {
                return random.nextBoolean() ? Value.of("80%") : Value.of(random.nextInt(9));
            }
            return switch (schema.string("type")) {
                case "string" -> Value.of("abc".substring(random.nextInt(4)));
                case "integer" -> Value.of(random.nextInt(9));
                case "array" -> ListValue.of(List.of(fitting(schema.object("items"))));
                default -> {
                    ObjectValue object = ObjectValue.EMPTY;
                    for (String name : schema.object("properties").names()) {
                        object = random.nextBoolean()
                                ? object.with(
                                        name,
                                        fitting(schema.object("properties").object(name)))
                                : object;
                    }
                    yield object;
                }
            };
        }

        /** Any value, whatever a schema says. */
        Value any(int depth) {
            return switch (random.nextInt(depth > 0 ? 6 : 4)) {
                case 0 -> Value.of("text");
                case 1 -> Value.of(random.nextInt(5) - 2);
                case 2 -> NullValue.NULL;
                case 3 -> Value.of(random.nextBoolean());
                case 4 -> {
                    var items = new ArrayList<Value>();
                    for (int i = random.nextInt(3); i > 0; i--) {
                        items.add(any(depth - 1));
                    }
                    yield ListValue.of(items);
                }
                default -> anyObject(depth - 1);
            };
        }

        ObjectValue anyObject(int depth) {
            ObjectValue object = ObjectValue.EMPTY;
            for (String name : NAMES) {
                object = random.nextBoolean() ? object.with(name, any(depth)) : object;
            }
            return object;
        }
    }

    private static ObjectValue pruned(StructuralSchema schema, ObjectValue object) {
        return (ObjectValue) Pruning.resource(schema, object).value();
    }

    private static ObjectValue taken(StructuralSchema schema, ObjectValue object) {
        return Defaulting.of(schema, Defaulting.withoutNulls(schema, pruned(schema, object)));
    }

    @Property
    void pruningAndDefaultingTwiceIsPruningAndDefaultingOnce(@ForAll long seed) {
        var draw = new Draw(seed);
        StructuralSchema schema = StructuralSchema.of(draw.root());
        ObjectValue once = taken(schema, draw.anyObject(3));

        assertThat(taken(schema, once)).isEqualTo(once);
        assertThat(Pruning.resource(schema, once).removed()).isEmpty();
    }

    @Property
    void whatIsValidStaysValidWhenItIsDefaulted(@ForAll long seed) {
        var draw = new Draw(seed);
        ObjectValue raw = draw.root();
        StructuralSchema schema = StructuralSchema.of(raw);
        ObjectValue valid = (ObjectValue) draw.fitting(raw);
        assertThat(ValueValidation.check(schema, valid, FieldPath.NONE)).isEmpty();

        assertThat(ValueValidation.check(schema, taken(schema, valid), FieldPath.NONE))
                .isEmpty();
    }

    @Property
    void anUpdateThatChangesNothingIsNeverRefused(@ForAll long seed) {
        var draw = new Draw(seed);
        StructuralSchema schema = StructuralSchema.of(draw.root());
        ObjectValue object = draw.anyObject(3);

        assertThat(ValueValidation.checkUpdate(schema, object, object, FieldPath.NONE))
                .isEmpty();
    }
}
