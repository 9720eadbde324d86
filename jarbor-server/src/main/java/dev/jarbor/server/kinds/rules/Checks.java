package dev.jarbor.server.kinds.rules;

import dev.jarbor.api.names.Labels;
import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects what is wrong with one object, in the reference's words and order. */
public final class Checks {
    public static final String IMMUTABLE = "field is immutable";
    public static final String NEGATIVE = "must be greater than or equal to 0";
    public static final String NOT_POSITIVE = "must be greater than zero";

    private static final int MOST_ANNOTATION_BYTES = 256 * 1024;

    private final List<FieldError> errors = new ArrayList<>();

    /** What has been found so far. */
    public List<FieldError> errors() {
        return errors.isEmpty() ? List.of() : List.copyOf(errors);
    }

    public boolean isEmpty() {
        return errors.isEmpty();
    }

    public void add(FieldError error) {
        errors.add(error);
    }

    public void add(List<FieldError> more) {
        errors.addAll(more);
    }

    public void required(FieldPath path) {
        errors.add(FieldError.required(path, ""));
    }

    public void required(FieldPath path, String detail) {
        errors.add(FieldError.required(path, detail));
    }

    public void forbidden(FieldPath path, String detail) {
        errors.add(FieldError.forbidden(path, detail));
    }

    public void invalid(FieldPath path, String value, String detail) {
        errors.add(FieldError.invalid(path, value, detail));
    }

    public void invalid(FieldPath path, long value, String detail) {
        errors.add(FieldError.invalid(path, value, detail));
    }

    public void invalid(FieldPath path, Value value, String detail) {
        errors.add(FieldError.invalid(path, value, detail));
    }

    public void notSupported(FieldPath path, String value, List<String> supported) {
        errors.add(FieldError.notSupported(path, value, supported));
    }

    public void duplicate(FieldPath path, String value) {
        errors.add(FieldError.duplicate(path, value));
    }

    /** {@code text} is refused for each of {@code problems}. */
    public void problems(FieldPath path, String text, List<String> problems) {
        for (int i = 0; i < problems.size(); i++) {
            errors.add(FieldError.invalid(path, text, problems.get(i)));
        }
    }

    /** The text must not be empty. Answers whether it is there, so that more can be asked of it. */
    public boolean required(ObjectValue object, String field, FieldPath path) {
        return required(object, field, path, "");
    }

    public boolean required(ObjectValue object, String field, FieldPath path, String detail) {
        if (object.string(field).isEmpty()) {
            errors.add(FieldError.required(path.child(field), detail));
            return false;
        }
        return true;
    }

    /** The text must be one of {@code supported}; an absent one is required. */
    public void oneOf(ObjectValue object, String field, FieldPath path, String... supported) {
        String text = object.string(field);
        if (text.isEmpty()) {
            errors.add(FieldError.required(path.child(field), ""));
        } else {
            oneOfIfSet(object, field, path, supported);
        }
    }

    public void oneOfIfSet(ObjectValue object, String field, FieldPath path, String... supported) {
        String text = object.string(field);
        if (!text.isEmpty() && !List.of(supported).contains(text)) {
            errors.add(FieldError.notSupported(path.child(field), text, List.of(supported)));
        }
    }

    public void notNegative(ObjectValue object, String field, FieldPath path) {
        if (object.integer(field) < 0) {
            errors.add(FieldError.invalid(path.child(field), object.integer(field), NEGATIVE));
        }
    }

    public void positive(ObjectValue object, String field, FieldPath path) {
        if (object.has(field) && object.integer(field) <= 0) {
            errors.add(FieldError.invalid(path.child(field), object.integer(field), "must be greater than 0"));
        }
    }

    public void dnsLabel(String text, FieldPath path) {
        problems(path, text, Names.dnsLabel(text));
    }

    public void dnsSubdomain(String text, FieldPath path) {
        problems(path, text, Names.dnsSubdomain(text));
    }

    /** A name with an optional domain before a slash, as keys of labels have. */
    public void qualifiedName(String text, FieldPath path) {
        problems(path, text, Labels.key(text));
    }

    /** Keys and values of labels; faults are shown at the map itself. */
    public void labels(ObjectValue labels, FieldPath path) {
        for (int i = 0; i < labels.size(); i++) {
            qualifiedName(labels.name(i), path);
            String value = labels.value(i).toString();
            problems(path, value, Labels.value(value));
        }
    }

    /** Keys of annotations, whose case does not matter, and the size of all of them. */
    public void annotations(ObjectValue annotations, FieldPath path) {
        long bytes = 0;
        for (int i = 0; i < annotations.size(); i++) {
            String key = annotations.name(i);
            problems(path, key, Labels.key(key.toLowerCase(Locale.ROOT)));
            bytes += Texts.bytes(key) + Texts.bytes(annotations.value(i).toString());
        }
        if (bytes > MOST_ANNOTATION_BYTES) {
            errors.add(FieldError.tooLong(path, MOST_ANNOTATION_BYTES));
        }
    }

    public void port(long port, FieldPath path) {
        if (port < 1 || port > 65535) {
            errors.add(FieldError.invalid(path, port, "must be between 1 and 65535, inclusive"));
        }
    }

    /** A port that may be named: an IntOrString. */
    public void portOrName(Value port, FieldPath path) {
        if (port instanceof StringValue(String name)) {
            problems(path, name, Names.portName(name));
        } else {
            port(port instanceof IntegerValue(long number) ? number : 0, path);
        }
    }

    /** {@code field} must be what it was. */
    public void immutable(ObjectValue before, ObjectValue after, String field, FieldPath path) {
        if (!before.valueOrNull(field).equals(after.valueOrNull(field))) {
            errors.add(FieldError.invalid(path.child(field), after.valueOrNull(field), IMMUTABLE));
        }
    }

    /** The label selector under {@code field}, where there is one. */
    public void selector(ObjectValue object, String field, FieldPath path) {
        LabelSelectors.check(object.object(field), path.child(field), this);
    }
}
