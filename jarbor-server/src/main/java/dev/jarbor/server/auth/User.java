package dev.jarbor.server.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who makes a request, as authentication found it.
 *
 * @param name such as {@code kubernetes-admin} or {@code system:serviceaccount:shop:default}
 * @param uid stable id of the user; "" where there is none
 * @param groups such as {@code system:masters}, {@code system:authenticated}
 * @param extra what the authenticator adds, by key
 */
public record User(String name, String uid, List<String> groups, SortedMap<String, List<String>> extra) {
    public static final String AUTHENTICATED = "system:authenticated";
    public static final String UNAUTHENTICATED = "system:unauthenticated";
    public static final String MASTERS = "system:masters";

    /** The extra key under which authenticators say which credential it was. */
    public static final String CREDENTIAL = "authentication.kubernetes.io/credential-id";

    public static final User ANONYMOUS = of("system:anonymous", UNAUTHENTICATED);
    /** The server's own components, bound to cluster-admin. */
    public static final User ADMIN = of("kubernetes-admin", MASTERS, AUTHENTICATED);

    public User {
        groups = List.copyOf(groups);
    }

    public static User of(String name, String... groups) {
        return new User(name, "", List.of(groups), new TreeMap<>());
    }

    /** Whether the user acts as a service account, in the reference's naming. */
    public boolean isServiceAccount() {
        return name.startsWith("system:serviceaccount:") && name.split(":", -1).length == 4;
    }

    /** The same user as one who has shown who they are: in {@link #AUTHENTICATED}, unless nobody in particular. */
    User authenticated() {
        if (groups.contains(AUTHENTICATED) || groups.contains(UNAUTHENTICATED)) {
            return this;
        }
        var all = new ArrayList<>(groups);
        all.add(AUTHENTICATED);
        return new User(name, uid, all, extra);
    }

    /** The user of a service account, in the reference's naming. */
    public static User serviceAccount(String namespace, String name) {
        return of(
                "system:serviceaccount:" + namespace + ":" + name,
                "system:serviceaccounts",
                "system:serviceaccounts:" + namespace,
                AUTHENTICATED);
    }
}
