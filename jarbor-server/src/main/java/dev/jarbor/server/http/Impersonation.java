package dev.jarbor.server.http;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.User;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Acting as somebody else ({@code kubectl --as}). Of the ways that may allow it, those that are confined to one kind of
 * user and to certain requests are tried first, and the one that allows everything last; where none does, the first one's
 * refusal is the answer.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/">User impersonation</a>
 * @see <a href="https://kep.k8s.io/5284">KEP-5284: constrained impersonation</a>
 */
final class Impersonation {
    private static final String EXTRA = "impersonate-extra-";

    private final Authorizer authorizer;
    private final boolean confined;

    /** @param confined whether the ways are heard that are confined to one kind of user */
    Impersonation(Authorizer authorizer, boolean confined) {
        this.authorizer = authorizer;
        this.confined = confined;
    }

    /** The user to act as: {@code user} unless the headers ask for another. */
    User of(User user, RequestTarget target, RequestHead head) {
        String name = head.header("impersonate-user");
        List<String> groups = head.headers().getOrDefault("impersonate-group", List.of());
        String uid = head.header("impersonate-uid");
        var extra = extra(head);
        if (name.isEmpty()) {
            if (!groups.isEmpty() || !uid.isEmpty() || !extra.isEmpty()) {
                throw ApiException.badRequest(
                        "requested " + printed(uid, groups, extra) + " without impersonating a user name");
            }
            return user;
        }
        var wanted = new User(name, uid, groups, extra);
        Attributes asked = RequestAttributes.of(user, target, head);
        ApiException first = null;
        for (ImpersonationMode mode : ImpersonationMode.values()) {
            if (!mode.applies(wanted, user) || (mode.isConfined() && !confined)) {
                continue;
            }
            Optional<ApiException> refusal = new ImpersonationCheck(authorizer, mode, user).refusal(wanted, asked);
            if (refusal.isEmpty()) {
                return acting(wanted, mode);
            }
            first = first == null ? refusal.get() : first;
        }
        throw first == null ? ApiException.internalError("all impersonation modes failed") : first;
    }

    /** As the reference prints what it has read. */
    private static String printed(String uid, List<String> groups, SortedMap<String, List<String>> extra) {
        String keys = extra.entrySet().stream()
                .map(entry -> GoText.quote(entry.getKey()) + ":" + list(entry.getValue()))
                .collect(Collectors.joining(", "));
        return "&user.DefaultInfo{Name:\"\", UID:" + GoText.quote(uid) + ", Groups:"
                + (groups.isEmpty() ? "[]string(nil)" : list(groups)) + ", Extra:map[string][]string"
                + (extra.isEmpty() ? "(nil)" : "{" + keys + "}") + "}";
    }

    private static String list(List<String> texts) {
        return "[]string{" + texts.stream().map(GoText::quote).collect(Collectors.joining(", ")) + "}";
    }

    private static SortedMap<String, List<String>> extra(RequestHead head) {
        var extra = new TreeMap<String, List<String>>();
        head.headers().tailMap(EXTRA).forEach((header, values) -> {
            if (header.startsWith(EXTRA)) {
                extra.put(key(header.substring(EXTRA.length())), values);
            }
        });
        return extra;
    }

    private static String key(String encoded) {
        try {
            return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return encoded;
        }
    }

    /** Service accounts and, in the confined modes, nodes have the groups that belong to them; everybody has one more. */
    private static User acting(User wanted, ImpersonationMode mode) {
        var groups = new ArrayList<>(wanted.groups());
        if (groups.isEmpty() && wanted.isServiceAccount()) {
            String[] parts = wanted.name().split(":", -1);
            groups.add("system:serviceaccounts");
            groups.add("system:serviceaccounts:" + parts[2]);
        }
        if (mode.isConfined() && ImpersonationMode.node(wanted.name()).isPresent()) {
            groups.add("system:nodes");
        }
        boolean anonymous = wanted.name().equals(User.ANONYMOUS.name());
        if (anonymous && !groups.contains(User.UNAUTHENTICATED)) {
            groups.add(User.UNAUTHENTICATED);
        }
        if (!anonymous && !groups.contains(User.AUTHENTICATED) && !groups.contains(User.UNAUTHENTICATED)) {
            groups.add(User.AUTHENTICATED);
        }
        return new User(wanted.name(), wanted.uid(), groups, wanted.extra());
    }
}
