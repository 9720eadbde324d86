package dev.jarbor.api.codec;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Arbitrary values for properties. */
public final class Values {
    private Values() {}

    /** Any value of at most {@code depth} levels; strings lean towards what encodings stumble over. */
    public static Arbitrary<Value> any(int depth) {
        Arbitrary<Value> scalars = scalars();
        if (depth == 0) {
            return scalars;
        }
        Arbitrary<Value> inner = any(depth - 1);
        Arbitrary<Value> lists = inner.list().ofMaxSize(3).map(ListValue::of);
        return Arbitraries.frequencyOf(
                Tuple.of(2, scalars),
                Tuple.of(1, lists),
                Tuple.of(2, objects(inner).map(object -> (Value) object)));
    }

    /** Objects whose fields are {@code inner}. */
    public static Arbitrary<ObjectValue> objects(Arbitrary<Value> inner) {
        return Arbitraries.maps(texts(), inner).ofMaxSize(4).map(ObjectValue::of);
    }

    public static Arbitrary<Value> scalars() {
        return Arbitraries.oneOf(
                texts().map(Value::of),
                Arbitraries.longs().map(Value::of),
                Arbitraries.doubles().map(Value::of),
                Arbitraries.of(true, false).map(Value::of),
                Arbitraries.just(NullValue.NULL));
    }

    public static Arbitrary<String> texts() {
        return Arbitraries.oneOf(
                Arbitraries.strings()
                        .withChars("ab01 :-#'\"\\\n\t{}[],&*!|>%@`?=~_.<y\u00e9\u2028\u0085")
                        .ofMaxLength(12),
                Arbitraries.strings().ofMaxLength(6).map(Surrogates::repaired),
                Arbitraries.of("", "yes", "null", "~", "0x1f", "1e3", "1:30", "2001-01-01", "<<", "=", "- a", "a: b"));
    }
}
