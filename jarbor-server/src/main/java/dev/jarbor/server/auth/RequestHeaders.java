package dev.jarbor.server.auth;

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Which proxies in front of this server are believed when they say, in headers, who is asking.
 *
 * @param authorities who signs the proxies' certificates
 * @param allowedNames the common names that such certificates may have; empty for any
 * @param usernames headers of which the first with a value names the user
 * @param uids the same for the user's uid
 * @param groups headers whose values are groups
 * @param extraPrefixes what the headers begin with whose rest is the key of extra values
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#authenticating-proxy">Authenticating
 *     proxy</a>
 */
public record RequestHeaders(
        List<X509Certificate> authorities,
        List<String> allowedNames,
        List<String> usernames,
        List<String> uids,
        List<String> groups,
        List<String> extraPrefixes) {
    /** Nobody is. */
    public static final RequestHeaders NONE =
            new RequestHeaders(List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    public RequestHeaders {
        authorities = List.copyOf(authorities);
        allowedNames = List.copyOf(allowedNames);
        usernames = List.copyOf(usernames);
        uids = List.copyOf(uids);
        groups = List.copyOf(groups);
        extraPrefixes = List.copyOf(extraPrefixes);
    }
}
