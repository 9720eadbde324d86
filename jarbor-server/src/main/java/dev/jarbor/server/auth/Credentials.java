package dev.jarbor.server.auth;

import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a caller brings to show who they are.
 *
 * @param certificates the client's certificate and those that lead to its authority, as TLS received them: that the client
 *     holds the key is proved, that somebody trusted has signed it is not
 * @param headers by lower-case name, for proxies that have authenticated already
 * @param token a bearer token; "" for none
 * @param path what is asked for, because some paths may be open to everybody
 * @param audiences whom a token must be meant for
 */
public record Credentials(
        List<X509Certificate> certificates,
        SortedMap<String, List<String>> headers,
        String token,
        String path,
        List<String> audiences) {
    public Credentials {
        certificates = List.copyOf(certificates);
        headers = Collections.unmodifiableSortedMap(headers);
        audiences = List.copyOf(audiences);
    }

    /** A token alone, as a TokenReview asks about it. */
    public static Credentials ofToken(String token, List<String> audiences) {
        return new Credentials(List.of(), new TreeMap<>(), token, "", audiences);
    }

    /** The same caller, told for whom tokens must be meant. */
    public Credentials forAudiences(List<String> wanted) {
        return new Credentials(certificates, headers, token, path, wanted);
    }

    /** Names nobody and nothing secret. */
    @Override
    public String toString() {
        return "Credentials[" + certificates.size() + " certificates, token " + (token.isEmpty() ? "absent" : "present")
                + "]";
    }
}
