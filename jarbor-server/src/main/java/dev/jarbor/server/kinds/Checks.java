package dev.jarbor.server.kinds;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.select.InvalidSelectorException;
import dev.jarbor.api.select.Selector;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Collects what is wrong with one object, in the reference's words. */
final class Checks {
    static final String IMMUTABLE = "field is immutable";

    private final List<FieldError> errors = new ArrayList<>();

    List<FieldError> errors() {
        return List.copyOf(errors);
    }

    void add(FieldError error) {
        errors.add(error);
    }

    void add(List<FieldError> more) {
        errors.addAll(more);
    }

    /** The text must not be empty. Answers whether it is there, so that more can be asked of it. */
    boolean required(ObjectValue object, String field, FieldPath path) {
        return required(object, field, path, "");
    }

    boolean required(ObjectValue object, String field, FieldPath path, String detail) {
        if (object.string(field).isEmpty()) {
            errors.add(FieldError.required(path.child(field), detail));
            return false;
        }
        return true;
    }

    /** The text must be one of {@code supported}; an absent one is required. */
    void oneOf(ObjectValue object, String field, FieldPath path, String... supported) {
        String text = object.string(field);
        if (text.isEmpty()) {
            errors.add(FieldError.required(path.child(field), ""));
        } else {
            oneOfIfSet(object, field, path, supported);
        }
    }

    void oneOfIfSet(ObjectValue object, String field, FieldPath path, String... supported) {
        String text = object.string(field);
        if (!text.isEmpty() && !List.of(supported).contains(text)) {
            errors.add(FieldError.notSupported(path.child(field), text, List.of(supported)));
        }
    }

    void notNegative(ObjectValue object, String field, FieldPath path) {
        if (object.integer(field) < 0) {
            errors.add(
                    FieldError.invalid(path.child(field), object.integer(field), "must be greater than or equal to 0"));
        }
    }

    void positive(ObjectValue object, String field, FieldPath path) {
        if (object.has(field) && object.integer(field) <= 0) {
            errors.add(FieldError.invalid(path.child(field), object.integer(field), "must be greater than 0"));
        }
    }

    void dnsLabel(String text, FieldPath path) {
        Names.dnsLabel(text).forEach(problem -> errors.add(FieldError.invalid(path, text, problem)));
    }

    void dnsSubdomain(String text, FieldPath path) {
        Names.dnsSubdomain(text).forEach(problem -> errors.add(FieldError.invalid(path, text, problem)));
    }

    void port(long port, FieldPath path) {
        Names.portNumber(port).forEach(problem -> errors.add(FieldError.invalid(path, port, problem)));
    }

    /** A port that may be named: an IntOrString. */
    void portOrName(Value port, FieldPath path) {
        if (port instanceof StringValue(String name)) {
            Names.portName(name).forEach(problem -> errors.add(FieldError.invalid(path, name, problem)));
        } else if (!(port instanceof NullValue)) {
            port(Long.parseLong(port.toString()), path);
        }
    }

    /** {@code field} must be what it was. */
    void immutable(ObjectValue before, ObjectValue after, String field, FieldPath path) {
        if (!before.valueOrNull(field).equals(after.valueOrNull(field))) {
            errors.add(FieldError.invalid(path.child(field), after.valueOrNull(field), IMMUTABLE));
        }
    }

    /** A workload's selector must be there, be well formed, not select everything, and select its own template. */
    void selectsTemplate(ObjectValue spec) {
        FieldPath path = FieldPath.of("spec");
        if (!spec.has("selector")) {
            errors.add(FieldError.required(path.child("selector"), ""));
            return;
        }
        ObjectValue selector = spec.object("selector");
        if (selector.object("matchLabels").isEmpty()
                && selector.list("matchExpressions").isEmpty()) {
            errors.add(FieldError.invalid(
                    path.child("selector"), selector, "empty selector is invalid for this resource"));
            return;
        }
        Map<String, String> labels =
                spec.object("template").object("metadata").object("labels").strings();
        try {
            if (!Selector.ofObject(selector).matches(labels)) {
                errors.add(FieldError.invalid(
                        path.child("template", "metadata", "labels"),
                        spec.object("template").object("metadata").object("labels"),
                        "`selector` does not match template `labels`"));
            }
        } catch (InvalidSelectorException malformed) {
            errors.add(FieldError.invalid(path.child("selector"), selector, String.valueOf(malformed.getMessage())));
        }
    }

    void selector(ObjectValue object, String field, FieldPath path) {
        try {
            Selector.ofObject(object.object(field));
        } catch (InvalidSelectorException malformed) {
            errors.add(FieldError.invalid(
                    path.child(field), object.object(field), String.valueOf(malformed.getMessage())));
        }
    }
}
