package dev.jarbor.api.quota;

import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.List;

/**
 * One condition under which a quota covers an object.
 *
 * @param name such as {@code Terminating} or {@code PriorityClass}
 * @param operator {@code Exists}, {@code DoesNotExist}, {@code In} or {@code NotIn}
 * @param values what the operator compares with
 * @see <a href="https://kubernetes.io/docs/concepts/policy/resource-quotas/#quota-scopes">Quota scopes</a>
 */
public record Scope(String name, String operator, List<String> values) {
    public Scope {
        values = List.copyOf(values);
    }

    /** All the conditions of a quota's spec: {@code scopes}, which must hold as they are, and its {@code scopeSelector}. */
    public static List<Scope> ofQuota(ObjectValue spec) {
        var scopes = new ArrayList<Scope>();
        spec.list("scopes").strings().forEach(name -> scopes.add(new Scope(name, "Exists", List.of())));
        spec.object("scopeSelector").list("matchExpressions").objects().forEach(one -> scopes.add(read(one)));
        return scopes;
    }

    /** One entry of {@code matchExpressions}. */
    public static Scope read(ObjectValue expression) {
        return new Scope(
                expression.string("scopeName"),
                expression.string("operator"),
                expression.list("values").strings());
    }

    /** Whether the operator holds for a class of this name, "" for none. */
    boolean admits(String className) {
        return switch (operator) {
            case "Exists" -> !className.isEmpty();
            case "DoesNotExist" -> className.isEmpty();
            case "In" -> !className.isEmpty() && values.contains(className);
            case "NotIn" -> !values.contains(className);
            default -> false;
        };
    }

    /** As Go prints the reference's struct, for messages that list scopes. */
    @Override
    public String toString() {
        return "{" + name + " " + operator + " [" + String.join(" ", values) + "]}";
    }
}
