package dev.jarbor.api.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.schema.FieldSchema;
import dev.jarbor.api.schema.FieldType;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Scalar;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Random objects of every kind, made from its schema, are the same in every encoding. */
class EveryKindRoundTripTest {
    private static final Schemas SCHEMAS = Schemas.builtIn();
    private static final Protobuf PROTOBUF = Protobuf.of(SCHEMAS);
    private static final int DEEPEST = 7;

    @Property(tries = 12)
    void everyKindIsTheSameInEveryEncoding(@ForAll("seeds") long seed) {
        var kinds = new TreeSet<GroupVersionKind>(Comparator.comparing(GroupVersionKind::toString));
        SCHEMAS.resources().stream().map(ResourceDefinition::groupVersionKind).forEach(kinds::add);
        assertThat(kinds).hasSizeGreaterThan(60);
        for (GroupVersionKind kind : kinds) {
            Optional<TypeSchema> type = SCHEMAS.forKind(kind);
            if (type.isPresent()) {
                ObjectValue object = new Maker(new Random(seed))
                        .object(type.get(), 0)
                        .with(
                                "apiVersion",
                                kind.group().isEmpty() ? kind.version() : kind.group() + "/" + kind.version())
                        .with("kind", kind.kind());
                agree(object, kind, seed);
            }
        }
    }

    private static void agree(ObjectValue object, GroupVersionKind kind, long seed) {
        assertThat(Json.parse(Json.bytes(object)))
                .as("JSON of %s, seed %d", kind, seed)
                .isEqualTo(object);
        assertThat(Json.parse(Json.pretty(object, 2)))
                .as("indented JSON of %s, seed %d", kind, seed)
                .isEqualTo(object);
        assertThat(Cbor.parse(Cbor.bytes(object), Limits.DEFAULT))
                .as("CBOR of %s, seed %d", kind, seed)
                .isEqualTo(object);
        assertThat(Yaml.parse(Yaml.text(object)))
                .as("YAML of %s, seed %d", kind, seed)
                .isEqualTo(object);
        if (PROTOBUF.encodes(object.string("apiVersion"), object.string("kind"))) {
            ObjectValue decoded = PROTOBUF.decode(PROTOBUF.encode(object), Limits.DEFAULT);
            assertThat(decoded).as("protobuf of %s, seed %d", kind, seed).isEqualTo(object);
        }
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.longs();
    }

    /** Makes objects in which every field says something: what reads as absent elsewhere is left out. */
    private record Maker(Random random) {
        ObjectValue object(TypeSchema type, int depth) {
            var object = ObjectValue.builder();
            for (FieldSchema field : type.fields().values()) {
                boolean named =
                        field.name().equals("apiVersion") || field.name().equals("kind");
                if (isCarried(type, field)
                        && (depth > 0 || !named)
                        && random.nextInt(depth + 2) < 2
                        && depth < DEEPEST) {
                    value(field.type(), depth).ifPresent(value -> object.put(field.name(), value));
                }
            }
            return object.build();
        }

        /** A few fields are newer than the published protobuf descriptors: such a one has no number. */
        private static boolean isCarried(TypeSchema type, FieldSchema field) {
            return field.protobufNumber() != 0
                    || type.fields().values().stream().allMatch(each -> each.protobufNumber() == 0)
                    || type.inlined().stream()
                            .flatMap(message -> SCHEMAS.type(message.type()).stream())
                            .anyMatch(message -> message.field(field.name()).isPresent());
        }

        private Optional<Value> value(FieldType type, int depth) {
            return switch (type) {
                case FieldType.Ref(String id) -> SCHEMAS.type(id).map(schema -> (Value) object(schema, depth + 1));
                case FieldType.ListOf(FieldType item) -> {
                    var items = new ArrayList<Value>();
                    for (int i = random.nextInt(2); i >= 0; i--) {
                        value(item, depth + 1).ifPresent(items::add);
                    }
                    yield items.isEmpty() ? Optional.empty() : Optional.of(ListValue.of(items));
                }
                case FieldType.MapOf(FieldType item) ->
                    value(item, depth + 1).map(value -> (Value) ObjectValue.of(text(), value));
                case Scalar scalar -> scalar(scalar);
            };
        }

        private Optional<Value> scalar(Scalar scalar) {
            return switch (scalar) {
                case STRING -> Optional.of(Value.of(text()));
                case INT32 ->
                    Optional.of(Value.of(random.nextBoolean() ? 1 + random.nextInt(70_000) : -1 - random.nextInt(9)));
                case INT64 -> Optional.of(Value.of(1 + random.nextLong(Long.MAX_VALUE - 1)));
                case NUMBER -> Optional.of(Value.of(0.5 + random.nextInt(1000)));
                case BOOLEAN -> Optional.of(Value.of(true));
                case BYTES ->
                    Optional.of(Value.of(Base64.getEncoder().encodeToString(text().getBytes(StandardCharsets.UTF_8))));
                case QUANTITY ->
                    Optional.of(Value.of(1
                            + random.nextInt(900)
                            + List.of("", "m", "Mi", "k").get(random.nextInt(4))));
                case INT_OR_STRING ->
                    Optional.of(random.nextBoolean() ? Value.of(1 + random.nextInt(60_000)) : Value.of(text()));
                case TIME -> Optional.of(Value.of("2026-01-02T03:04:%02dZ".formatted(random.nextInt(60))));
                case MICRO_TIME ->
                    Optional.of(Value.of("2026-01-02T03:04:05.%06dZ".formatted(1 + random.nextInt(999_999))));
                case DURATION -> Optional.of(Value.of(1 + random.nextInt(59) + "s"));
                case RAW_EXTENSION, FIELDS_V1, JSON, ANY -> Optional.of(ObjectValue.EMPTY.with(text(), text()));
                case SCHEMA_OR_BOOLEAN, SCHEMA_OR_LIST, SCHEMA_OR_STRINGS -> Optional.empty();
            };
        }

        private String text() {
            return List.of("a", "b.c/d", "é\u2028\"\\", "yes", "1e3", "- x: y", "null", "{")
                            .get(random.nextInt(8))
                    + random.nextInt(100);
        }
    }
}
