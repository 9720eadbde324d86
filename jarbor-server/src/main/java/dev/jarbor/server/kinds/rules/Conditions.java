package dev.jarbor.server.kinds.rules;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Conditions as all newer kinds have them: what holds, since when and why. */
public final class Conditions {
    private static final List<String> STATUSES = List.of("False", "True", "Unknown");
    private static final String FORM = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";
    private static final Pattern REASON = Pattern.compile(FORM);
    private static final String NO_REASON =
            "a condition reason must start with alphabetic character, optionally followed"
                    + " by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'"
                    + " (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used"
                    + " for validation is '" + FORM + "')";
    private static final int LONGEST_REASON = 1024;
    private static final int LONGEST_MESSAGE = 32 * 1024;

    private Conditions() {}

    public static void check(ListValue conditions, FieldPath at, Checks checks) {
        Set<String> types = new HashSet<>();
        List<ObjectValue> all = conditions.objects();
        for (int i = 0; i < all.size(); i++) {
            String type = all.get(i).string("type");
            if (!types.add(type)) {
                checks.duplicate(at.index(i).child("type"), type);
            }
            one(all.get(i), at.index(i), checks);
        }
    }

    private static void one(ObjectValue condition, FieldPath at, Checks checks) {
        checks.qualifiedName(condition.string("type"), at.child("type"));
        String status = condition.string("status");
        if (!STATUSES.contains(status)) {
            checks.notSupported(at.child("status"), status, STATUSES);
        }
        long generation = condition.integer("observedGeneration");
        if (generation < 0) {
            checks.invalid(at.child("observedGeneration"), generation, "must be greater than or equal to zero");
        }
        checks.required(condition, "lastTransitionTime", at);
        if (checks.required(condition, "reason", at)) {
            String reason = condition.string("reason");
            if (!REASON.matcher(reason).matches()) {
                checks.invalid(at.child("reason"), reason, NO_REASON);
            }
            if (reason.length() > LONGEST_REASON) {
                checks.add(FieldError.tooLong(at.child("reason"), LONGEST_REASON));
            }
        }
        if (Texts.bytes(condition.string("message")) > LONGEST_MESSAGE) {
            checks.add(FieldError.tooLong(at.child("message"), LONGEST_MESSAGE));
        }
    }
}
