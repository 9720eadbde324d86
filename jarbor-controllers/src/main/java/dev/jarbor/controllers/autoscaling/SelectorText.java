package dev.jarbor.controllers.autoscaling;

import dev.jarbor.api.value.ObjectValue;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Label selectors as the reference's messages show them, in Go's words. */
final class SelectorText {
    private SelectorText() {}

    /** {@code &LabelSelector{MatchLabels:map[string]string{app: web,},MatchExpressions:[]LabelSelectorRequirement{},}}. */
    static String of(Optional<ObjectValue> selector) {
        return selector.map(SelectorText::text).orElse("nil");
    }

    private static String text(ObjectValue selector) {
        String labels = selector.object("matchLabels").strings().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(label -> label.getKey() + ": " + label.getValue() + ",")
                .collect(Collectors.joining());
        String expressions = selector.list("matchExpressions").objects().stream()
                .map(each -> "LabelSelectorRequirement{Key:" + each.string("key") + ",Operator:"
                        + each.string("operator") + ",Values:["
                        + String.join(" ", each.list("values").strings()) + "],},")
                .collect(Collectors.joining());
        return "&LabelSelector{MatchLabels:map[string]string{" + labels
                + "},MatchExpressions:[]LabelSelectorRequirement{" + expressions + "},}";
    }
}
