package dev.jarbor.server;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.status.GroupKind;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the options of a write must be (k8s.io/apimachinery, apis/meta/v1/validation). */
final class WriteOptions {
    private static final int LONGEST_MANAGER = 128;
    private static final FieldPath MANAGER = FieldPath.of("fieldManager");

    private WriteOptions() {}

    /** Refuses a write whose options mean nothing. */
    static void check(Call call) {
        String kind = switch (call.verb()) {
            case CREATE -> "CreateOptions";
            case UPDATE -> "UpdateOptions";
            case PATCH -> "PatchOptions";
            case DELETE, DELETECOLLECTION, GET, LIST, WATCH -> "";
        };
        if (kind.isEmpty()) {
            return;
        }
        if (call.query().isEmpty() && call.verb() != Verb.PATCH) {
            return;
        }
        List<FieldError> errors = errors(call);
        if (!errors.isEmpty()) {
            throw ApiException.invalid(new GroupKind("meta.k8s.io", kind), "", errors);
        }
    }

    private static List<FieldError> errors(Call call) {
        Query query = call.query();
        var errors = new ArrayList<FieldError>();
        String manager = query.string("fieldManager");
        boolean apply = call.verb() == Verb.PATCH && call.request().patchType() == PatchType.APPLY;
        if (apply && manager.isEmpty()) {
            errors.add(FieldError.required(MANAGER, "is required for apply patch"));
        }
        if (call.verb() == Verb.PATCH && !apply && query.has("force")) {
            errors.add(FieldError.forbidden(FieldPath.of("force"), "may not be specified for non-apply patch"));
        }
        errors.addAll(manager(manager, MANAGER));
        String dryRun = query.string("dryRun");
        errors.addAll(dryRun(dryRun.isEmpty() ? List.of() : List.of(dryRun)));
        String validation = query.string("fieldValidation");
        if (!List.of("", "Ignore", "Warn", "Strict").contains(validation)) {
            errors.add(FieldError.notSupported(
                    FieldPath.of("fieldValidation"), validation, List.of("", "Ignore", "Strict", "Warn")));
        }
        return errors;
    }

    /** What is wrong with the stages of a dry run: there is none but {@code All}. */
    static List<FieldError> dryRun(List<String> stages) {
        return stages.stream().allMatch("All"::equals)
                ? List.of()
                : List.of(FieldError.notSupported(FieldPath.of("dryRun"), ListValue.ofStrings(stages), List.of("All")));
    }

    /** What is wrong with the name of a field manager. */
    static List<FieldError> manager(String manager, FieldPath path) {
        if (manager.length() <= LONGEST_MANAGER && isPlain(manager)) {
            return List.of();
        }
        var errors = new ArrayList<FieldError>();
        if (utf8(manager) > LONGEST_MANAGER) {
            errors.add(FieldError.tooLong(path, LONGEST_MANAGER));
        }
        int position = 0;
        for (int at = 0; at < manager.length(); ) {
            int character = manager.codePointAt(at);
            if (!isPrintable(character)) {
                errors.add(FieldError.invalid(
                        path,
                        manager,
                        String.format(Locale.ROOT, "invalid character U+%04X (at position %d)", character, position)));
            }
            position += utf8(Character.toString(character));
            at += Character.charCount(character);
        }
        return errors;
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) >= 0x7F) {
                return false;
            }
        }
        return true;
    }

    /** The manager that a program is taken for that does not name one: its User-Agent up to the first slash. */
    static String manager(String agent) {
        int slash = agent.indexOf('/');
        String name = slash < 0 ? agent : agent.substring(0, slash);
        if (name.length() <= LONGEST_MANAGER && isPlain(name)) {
            return name;
        }
        var manager = new StringBuilder();
        int bytes = 0;
        for (int at = 0; at < name.length(); ) {
            int character = name.codePointAt(at);
            at += Character.charCount(character);
            if (isPrintable(character)) {
                bytes += utf8(Character.toString(character));
                if (bytes > LONGEST_MANAGER) {
                    break;
                }
                manager.appendCodePoint(character);
            }
        }
        return manager.toString();
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Letters, marks, numbers, punctuation, symbols and the space, as Go's unicode.IsPrint has it. */
    private static boolean isPrintable(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> character == ' ';
            default -> true;
        };
    }
}
