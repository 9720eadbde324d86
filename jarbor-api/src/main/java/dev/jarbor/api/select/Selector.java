package dev.jarbor.api.select;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A label selector: requirements that labels have to meet together. Selecting everything (no requirement) and nothing
 * are different things: an absent selector in an object usually selects nothing, an empty one everything.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors">Label
 *     selectors</a>
 */
public final class Selector {
    private static final Selector EVERYTHING = new Selector(List.of(), true);
    private static final Selector NOTHING = new Selector(List.of(), false);

    private final List<Requirement> requirements;
    private final boolean selectable;

    private Selector(List<Requirement> requirements, boolean selectable) {
        this.requirements = requirements;
        this.selectable = selectable;
    }

    /** Matches all labels. */
    public static Selector everything() {
        return EVERYTHING;
    }

    /** Matches no labels. */
    public static Selector nothing() {
        return NOTHING;
    }

    /** All of {@code requirements}, kept in the order of their keys. */
    public static Selector of(List<Requirement> requirements) {
        return requirements.isEmpty()
                ? EVERYTHING
                : new Selector(
                        requirements.stream()
                                .sorted(Comparator.comparing(Requirement::key))
                                .toList(),
                        true);
    }

    /**
     * Parses the form of the {@code labelSelector} query parameter, such as {@code a=b,c!=d,e in (x,y),f notin (z),g,!h}.
     *
     * @throws InvalidSelectorException in the reference's words
     */
    public static Selector parse(String text) {
        return text.isEmpty() ? EVERYTHING : of(new SelectorParser(text).requirements());
    }

    /** Labels that must all be as given; not checked, because a map that selects is usually labels that exist. */
    public static Selector ofLabels(Map<String, String> labels) {
        var requirements = new ArrayList<Requirement>(labels.size());
        labels.forEach((key, value) -> requirements.add(new Requirement(key, Operator.EQUALS, List.of(value))));
        return of(requirements);
    }

    /**
     * The selector that a LabelSelector object ({@code matchLabels}, {@code matchExpressions}) stands for; an empty one
     * selects everything. Where the field is absent altogether, the caller decides, usually for {@link #nothing}.
     *
     * @throws InvalidSelectorException in the reference's words
     */
    public static Selector ofObject(ObjectValue selector) {
        var requirements = new ArrayList<Requirement>();
        selector.object("matchLabels")
                .strings()
                .forEach((key, value) -> requirements.add(Requirement.checked(key, Operator.EQUALS, List.of(value))));
        for (ObjectValue expression : selector.list("matchExpressions").objects()) {
            requirements.add(Requirement.checked(
                    expression.string("key"),
                    operator(expression.string("operator")),
                    expression.list("values").strings()));
        }
        return of(requirements);
    }

    public boolean matches(Map<String, String> labels) {
        for (Requirement requirement : requirements) {
            if (!requirement.matches(labels)) {
                return false;
            }
        }
        return selectable;
    }

    /** Whether it asks nothing and so matches everything. */
    public boolean isEmpty() {
        return selectable && requirements.isEmpty();
    }

    /** Whether it is the selector that matches nothing by definition. */
    public boolean isNothing() {
        return !selectable;
    }

    /** What it asks, by key; nothing for both {@link #everything} and {@link #nothing}. */
    public List<Requirement> requirements() {
        return requirements;
    }

    /** This selector and {@code more}; nothing stays nothing. */
    public Selector and(Requirement more) {
        if (!selectable) {
            return this;
        }
        var all = new ArrayList<>(requirements);
        all.add(more);
        return of(all);
    }

    /** The only value that {@code key} may have, where the selector asks for one: what an index can look up. */
    public Optional<String> exactValue(String key) {
        return requirements.stream()
                .filter(requirement -> requirement.key().equals(key))
                .findFirst()
                .filter(requirement -> switch (requirement.operator()) {
                    case EQUALS, DOUBLE_EQUALS, IN -> requirement.values().size() == 1;
                    case NOT_IN, NOT_EQUALS, GREATER_THAN, LESS_THAN, EXISTS, DOES_NOT_EXIST -> false;
                })
                .map(requirement -> requirement.values().getFirst());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Selector that
                && selectable == that.selectable
                && requirements.equals(that.requirements);
    }

    @Override
    public int hashCode() {
        return requirements.hashCode() * 31 + Boolean.hashCode(selectable);
    }

    /** The canonical form: requirements by key, values sorted; "" for both everything and nothing. */
    @Override
    public String toString() {
        return requirements.stream().map(Requirement::toString).collect(Collectors.joining(","));
    }

    private static Operator operator(String name) {
        return switch (name) {
            case "In" -> Operator.IN;
            case "NotIn" -> Operator.NOT_IN;
            case "Exists" -> Operator.EXISTS;
            case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
            default ->
                throw new InvalidSelectorException(GoText.quote(name) + " is not a valid label selector operator");
        };
    }
}
