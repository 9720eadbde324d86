package dev.jarbor.cel.rules;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The {@code x-kubernetes-validations} of a whole schema.
 *
 * <p>{@link #check} is for the one who writes the schema: what is wrong with the rules, and which cost too much. {@link
 * #of} and {@link #validate} are for the objects. Rules are compiled when the first object is validated.
 *
 * @see <a
 *     href="https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules">Validation
 *     rules</a>
 */
public final class ValidationRules {
    /** Of schemas without rules. */
    public static final ValidationRules NONE = new ValidationRules(ObjectValue.EMPTY);

    /** The most that all rules together may cost for one object. */
    public static final long BUDGET = 10_000_000;

    private final ObjectValue schema;
    private final boolean empty;
    private Optional<RuleNode> compiled = Optional.empty();

    private ValidationRules(ObjectValue schema) {
        this.schema = schema;
        empty = !RuleNode.hasRules(schema);
    }

    /** The rules of {@code schema}, an {@code openAPIV3Schema} that {@link #check} finds no fault with. */
    public static ValidationRules of(ObjectValue schema) {
        return RuleNode.hasRules(schema) ? new ValidationRules(schema) : NONE;
    }

    /**
     * What is wrong with the rules of {@code schema}, which is at {@code path} of its definition.
     *
     * @param known whether the schema was accepted before as it is; then no single rule is too expensive
     */
    public static List<FieldError> check(ObjectValue schema, FieldPath path, boolean known) {
        return RuleNode.hasRules(schema) ? new RuleCheck(schema, path, known).run() : List.of();
    }

    /**
     * Which rules of {@code schema} a default of it does not keep: as a new value, and as one that stays as it is.
     *
     * @param resource whether the schema is that of a whole resource
     */
    public static List<FieldError> checkDefault(ObjectValue schema, boolean resource, Value value, FieldPath path) {
        Optional<RuleNode> rules = RuleNode.of(schema, resource);
        if (rules.isEmpty()) {
            return List.of();
        }
        List<FieldError> kept = faults(rules.get(), path, value, Optional.of(value));
        return kept.isEmpty() ? faults(rules.get(), path, value, Optional.empty()) : kept;
    }

    /** What is wrong, whether it changed or not. */
    private static List<FieldError> faults(RuleNode rules, FieldPath path, Value value, Optional<Value> before) {
        return new RuleRun(forgiven -> {}).run(rules, path, value, before, Correlation.NONE);
    }

    public boolean isEmpty() {
        return empty;
    }

    /**
     * Which rules an object does not keep. Rules about what was there before ({@code oldSelf}) apply to updates only.
     *
     * @param before the object as it was, empty for a creation
     * @param warnings is told of rules that were not kept before either, where nothing changed
     */
    public List<FieldError> validate(ObjectValue object, Optional<ObjectValue> before, Consumer<String> warnings) {
        if (empty) {
            return List.of();
        }
        Correlation correlation = before.map(was -> Correlation.of(was, object)).orElse(Correlation.NONE);
        return node().map(rules -> new RuleRun(warnings).run(rules, FieldPath.NONE, object, before, correlation))
                .orElse(List.of());
    }

    private synchronized Optional<RuleNode> node() {
        if (compiled.isEmpty()) {
            compiled = RuleNode.of(schema, true);
        }
        return compiled;
    }
}
