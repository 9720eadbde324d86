package dev.jarbor.server.http;

import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.User;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Acting as somebody else ({@code kubectl --as}): allowed to users who may {@code impersonate} that user and each of the
 * groups.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/">User impersonation</a>
 */
final class Impersonation {
    private static final String EXTRA = "impersonate-extra-";
    private static final String ACCOUNT = "system:serviceaccount:";
    private static final String AUTHENTICATION = "authentication.k8s.io";

    private Impersonation() {}

    /** The user to act as: {@code user} unless the headers ask for another. */
    static User of(User user, RequestHead head, Authorizer authorizer) {
        String name = head.header("impersonate-user");
        List<String> groups = head.headers().getOrDefault("impersonate-group", List.of());
        String uid = head.header("impersonate-uid");
        var extra = extra(head);
        if (name.isEmpty()) {
            if (!groups.isEmpty() || !uid.isEmpty() || !extra.isEmpty()) {
                throw ApiException.badRequest(
                        "requested groups, uid or extra without impersonating a user: set Impersonate-User");
            }
            return user;
        }
        var all = new ArrayList<>(groups);
        if (name.startsWith(ACCOUNT) && name.split(":", -1).length == 4) {
            String[] parts = name.split(":", -1);
            check(user, "", "serviceaccounts", "", parts[2], parts[3], authorizer);
            if (groups.isEmpty()) {
                all.addAll(User.serviceAccount(parts[2], parts[3]).groups());
            }
        } else {
            check(user, "", "users", "", "", name, authorizer);
        }
        groups.forEach(group -> check(user, "", "groups", "", "", group, authorizer));
        if (!uid.isEmpty()) {
            check(user, AUTHENTICATION, "uids", "", "", uid, authorizer);
        }
        extra.forEach((key, values) ->
                values.forEach(value -> check(user, AUTHENTICATION, "userextras", key, "", value, authorizer)));
        String everybody = name.equals(User.ANONYMOUS.name()) ? User.UNAUTHENTICATED : User.AUTHENTICATED;
        if (!all.contains(everybody)) {
            all.add(everybody);
        }
        return new User(name, uid, all, extra);
    }

    private static SortedMap<String, List<String>> extra(RequestHead head) {
        var extra = new TreeMap<String, List<String>>();
        head.headers().tailMap(EXTRA).forEach((header, values) -> {
            if (header.startsWith(EXTRA)) {
                extra.put(URLDecoder.decode(header.substring(EXTRA.length()), StandardCharsets.UTF_8), values);
            }
        });
        return extra;
    }

    private static void check(
            User user,
            String group,
            String resource,
            String subresource,
            String namespace,
            String name,
            Authorizer authorizer) {
        var attributes = new Attributes(user, "impersonate", group, "v1", resource, subresource, namespace, name, "");
        if (!authorizer.decide(attributes).allowed()) {
            throw ApiException.forbidden(new GroupResource(group, resource), name, Forbidden.message(attributes));
        }
    }
}
