package dev.jarbor.server.auth.jwt;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.auth.User;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How claims become a user.
 *
 * @param extra keys with what their values come from
 */
record ClaimMappings(Source username, Source groups, Source uid, SortedMap<String, ClaimExpression> extra) {
    /** Where a part of the user comes from. */
    sealed interface Source {}

    /** It has none. */
    record Nowhere() implements Source {}

    /** A claim, with something put before it. */
    record Claim(String name, String prefix) implements Source {}

    /** An expression. */
    record Computed(ClaimExpression expression) implements Source {}

    ClaimMappings {
        extra = Collections.unmodifiableSortedMap(new TreeMap<>(extra));
    }

    User user(ObjectValue claims) throws RefusedTokenException {
        String name = username(claims);
        List<String> memberOf = groups(claims);
        String id = uid(claims);
        var more = new TreeMap<String, List<String>>();
        for (Map.Entry<String, ClaimExpression> entry : extra.entrySet()) {
            List<String> values =
                    texts(entry.getValue(), claims, "extra", entry.getValue().text() + ": ");
            if (!values.isEmpty()) {
                more.put(entry.getKey(), values);
            }
        }
        return new User(name, id, memberOf, more);
    }

    private String username(ObjectValue claims) throws RefusedTokenException {
        return switch (username) {
            case Nowhere ignored -> "";
            case Computed(ClaimExpression expression) -> text(expression, claims, "username");
            case Claim(String name, String prefix) -> {
                String value = claim(claims, name, "oidc: parse username claims " + GoText.quote(name) + ": ");
                if (name.equals("email") && claims.has("email_verified")) {
                    requireVerified(claims);
                }
                yield prefix + value;
            }
        };
    }

    /** OpenID Connect Core 1.0, section 5.1. */
    private static void requireVerified(ObjectValue claims) throws RefusedTokenException {
        if (!(claims.valueOrNull("email_verified") instanceof BooleanValue(boolean verified))) {
            throw new RefusedTokenException("oidc: parse 'email_verified' claim: it is neither true nor false");
        }
        if (!verified) {
            throw new RefusedTokenException("oidc: email not verified");
        }
    }

    private List<String> groups(ObjectValue claims) throws RefusedTokenException {
        return switch (groups) {
            case Nowhere ignored -> List.of();
            case Computed(ClaimExpression expression) -> texts(expression, claims, "group", "");
            case Claim(String name, String prefix) -> {
                if (!claims.has(name)) {
                    yield List.of();
                }
                var named = new ArrayList<String>();
                for (String group : stringOrList(claims.valueOrNull(name), name)) {
                    named.add(prefix + group);
                }
                yield named;
            }
        };
    }

    private static List<String> stringOrList(Value value, String name) throws RefusedTokenException {
        if (value instanceof StringValue(String one)) {
            return List.of(one);
        }
        boolean texts = value instanceof ListValue many && many.strings().size() == many.size();
        if (!texts) {
            throw new RefusedTokenException("oidc: parse groups claim " + GoText.quote(name)
                    + ": it is neither a string nor a list of strings");
        }
        return ((ListValue) value).strings();
    }

    private String uid(ObjectValue claims) throws RefusedTokenException {
        return switch (uid) {
            case Nowhere ignored -> "";
            case Computed(ClaimExpression expression) -> text(expression, claims, "uid");
            case Claim(String name, String prefix) ->
                prefix + claim(claims, name, "oidc: parse uid claim " + GoText.quote(name) + ": ");
        };
    }

    private static String claim(ObjectValue claims, String name, String failure) throws RefusedTokenException {
        if (!claims.has(name)) {
            throw new RefusedTokenException(failure + "claim not present");
        }
        if (claims.valueOrNull(name) instanceof StringValue(String text)) {
            return text;
        }
        throw new RefusedTokenException(failure + "it is no string");
    }

    private static String text(ClaimExpression expression, ObjectValue claims, String part)
            throws RefusedTokenException {
        String failure = "oidc: error evaluating " + part + " claim expression: ";
        Value value;
        try {
            value = expression.evaluate(claims);
        } catch (RefusedTokenException failed) {
            throw new RefusedTokenException(failure + failed.reason(), failed);
        }
        if (value instanceof StringValue(String text)) {
            return text;
        }
        throw new RefusedTokenException(failure + part + " claim expression must return a string");
    }

    private static List<String> texts(ClaimExpression expression, ObjectValue claims, String part, String detail)
            throws RefusedTokenException {
        try {
            return expression.texts(claims);
        } catch (RefusedTokenException failed) {
            throw new RefusedTokenException(
                    "oidc: error evaluating " + part + " claim expression: " + detail + failed.reason(), failed);
        }
    }
}
