package dev.jarbor.api.apply;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.Comparator;
import java.util.Optional;

/**
 * One entry of {@code managedFields}: a manager, how it writes, and the fields it owns.
 *
 * @param entry in the form in which objects carry it (meta/v1 ManagedFieldsEntry)
 */
public record Owner(ObjectValue entry) {
    private static final String FIELDS = "fieldsV1";

    /** The entries of most owners share the names of their fields. */
    private static final ObjectValue TEMPLATE = ObjectValue.builder()
            .put("apiVersion", "")
            .put("fieldsType", "FieldsV1")
            .put(FIELDS, ObjectValue.EMPTY)
            .put("manager", "")
            .put("operation", "")
            .put("time", "")
            .build();

    /** The ways of writing. */
    public enum Operation {
        APPLY("Apply"),
        UPDATE("Update");

        private final String word;

        Operation(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * What makes an owner the same from one write to the next. An applier stays itself in whatever version it applies.
     *
     * @param apiVersion "" for appliers
     */
    public record Identity(String manager, Operation operation, String apiVersion, String subresource)
            implements Comparable<Identity> {
        private static final Comparator<Identity> ORDER = Comparator.comparing(Identity::manager)
                .thenComparing(Identity::operation)
                .thenComparing(Identity::apiVersion)
                .thenComparing(Identity::subresource);

        static Identity of(String manager, Operation operation, String apiVersion, String subresource) {
            return new Identity(manager, operation, operation == Operation.APPLY ? "" : apiVersion, subresource);
        }

        @Override
        public int compareTo(Identity other) {
            return ORDER.compare(this, other);
        }
    }

    /** An owner without a time yet: {@link #withTime} is still to be called, with "" for none. */
    static Owner of(Identity identity, String apiVersion, FieldSet fields) {
        ObjectValue entry = TEMPLATE.with("manager", identity.manager())
                .with("operation", Value.of(identity.operation().word()))
                .with("apiVersion", apiVersion)
                .with(FIELDS, fields.tree());
        return new Owner(identity.subresource().isEmpty() ? entry : entry.with("subresource", identity.subresource()));
    }

    /** The owner that a client wrote into an object; empty where it is none. */
    static Optional<Owner> read(ObjectValue entry) {
        String operation = entry.string("operation");
        boolean known = operation.equals(Operation.APPLY.word()) || operation.equals(Operation.UPDATE.word());
        if (!known
                || entry.string("apiVersion").isEmpty()
                || !entry.string("fieldsType").equals("FieldsV1")) {
            return Optional.empty();
        }
        return FieldSet.decode(entry.object(FIELDS)).map(fields -> new Owner(entry.with(FIELDS, fields.tree())));
    }

    public String manager() {
        return entry.string("manager");
    }

    public Operation operation() {
        return entry.string("operation").equals(Operation.APPLY.word()) ? Operation.APPLY : Operation.UPDATE;
    }

    public boolean applies() {
        return operation() == Operation.APPLY;
    }

    /** The version in whose words the fields are named. */
    public String apiVersion() {
        return entry.string("apiVersion");
    }

    public String subresource() {
        return entry.string("subresource");
    }

    /** When it last wrote, in RFC 3339 with seconds; "" where nobody knows. */
    public String time() {
        return entry.string("time");
    }

    public FieldSet fields() {
        return new FieldSet(entry.object(FIELDS));
    }

    public Identity identity() {
        return Identity.of(manager(), operation(), apiVersion(), subresource());
    }

    boolean is(Identity other) {
        return manager().equals(other.manager())
                && operation() == other.operation()
                && (applies() || apiVersion().equals(other.apiVersion()))
                && subresource().equals(other.subresource());
    }

    Owner withFields(FieldSet fields) {
        return new Owner(entry.with(FIELDS, fields.tree()));
    }

    Owner withTime(String time) {
        return new Owner(time.isEmpty() ? entry.without("time") : entry.with("time", time));
    }
}
