package dev.jarbor.server.registry;

import dev.jarbor.api.schema.FieldSchema;
import dev.jarbor.api.schema.FieldType;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.Scalar;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.schema.TypeSchema;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Between two versions of a kind for which no rule is written: where their types have the same fields there is nothing to
 * do; where they differ, objects are refused rather than shown without what one of the versions does not know.
 */
final class ShapeConversion implements Conversion {
    private final Schemas schemas;
    private final GroupVersionKind shown;
    private final GroupVersionKind stored;

    ShapeConversion(Schemas schemas, GroupVersionKind shown, GroupVersionKind stored) {
        this.schemas = schemas;
        this.shown = shown;
        this.stored = stored;
    }

    @Override
    public ObjectValue fromStored(ObjectValue object) {
        requireSameShape();
        return object;
    }

    @Override
    public ObjectValue toStored(ObjectValue object) {
        requireSameShape();
        return object;
    }

    /** Looked at anew for each object: such versions are rarely used, and remembering the answer would be state. */
    private void requireSameShape() {
        Optional<TypeSchema> one = schemas.forKind(shown);
        Optional<TypeSchema> other = schemas.forKind(stored);
        if (one.isEmpty() || other.isEmpty() || !same(one.get(), other.get(), new HashSet<>())) {
            throw ApiException.badRequest(shown.kind() + " is stored as " + stored.apiVersion()
                    + ", which this server cannot convert to or from " + shown.apiVersion() + "; use "
                    + stored.apiVersion());
        }
    }

    private boolean same(TypeSchema one, TypeSchema other, Set<String> compared) {
        // Types may refer to themselves; what is being compared already is taken to be the same.
        if (one.id().equals(other.id()) || !compared.add(one.id())) {
            return true;
        }
        if (!one.fields().keySet().equals(other.fields().keySet())) {
            return false;
        }
        for (FieldSchema field : one.fields().values()) {
            Optional<FieldSchema> counterpart = other.field(field.name());
            if (counterpart.isEmpty() || !same(field.type(), counterpart.get().type(), compared)) {
                return false;
            }
        }
        return true;
    }

    private boolean same(FieldType one, FieldType other, Set<String> compared) {
        return switch (one) {
            case Scalar scalar -> scalar.equals(other);
            case FieldType.ListOf(FieldType item) ->
                other instanceof FieldType.ListOf(FieldType otherItem) && same(item, otherItem, compared);
            case FieldType.MapOf(FieldType value) ->
                other instanceof FieldType.MapOf(FieldType otherValue) && same(value, otherValue, compared);
            case FieldType.Ref(String id) -> {
                if (!(other instanceof FieldType.Ref(String otherId))) {
                    yield false;
                }
                Optional<TypeSchema> type = schemas.type(id);
                Optional<TypeSchema> otherType = schemas.type(otherId);
                yield type.isPresent() && otherType.isPresent() && same(type.get(), otherType.get(), compared);
            }
        };
    }
}
