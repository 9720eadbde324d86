package dev.jarbor.server.auth;

import dev.jarbor.runtime.Runtime;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/**
 * Client certificates: the common name is the user, the organisations are the groups.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#x509-client-certificates">X.509
 *     client certificates</a>
 */
final class ClientCertificates implements Authenticator {
    private final CertificateVerifier verifier;

    ClientCertificates(Supplier<List<X509Certificate>> authorities, Runtime runtime) {
        this.verifier = new CertificateVerifier(authorities, runtime);
    }

    @Override
    public Identity authenticate(Credentials credentials) {
        if (credentials.certificates().isEmpty()) {
            return Identity.UNKNOWN;
        }
        Optional<String> objection = verifier.objection(credentials.certificates());
        if (objection.isPresent()) {
            return new Identity.Refused(objection.get());
        }
        X509Certificate certificate = credentials.certificates().getFirst();
        List<Rdn> subject = subject(certificate);
        List<String> names = parts(subject, "CN");
        if (names.isEmpty() || names.getLast().isEmpty()) {
            return Identity.UNKNOWN;
        }
        return Identity.of(new User(names.getLast(), uid(subject), parts(subject, "O"), extra(certificate)));
    }

    /** The attributes of a name; none where they cannot be read. */
    static List<Rdn> subject(X509Certificate certificate) {
        try {
            return new LdapName(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253)).getRdns();
        } catch (InvalidNameException malformed) {
            return List.of();
        }
    }

    static List<String> parts(List<Rdn> name, String type) {
        return name.stream()
                .filter(part -> part.getType().equalsIgnoreCase(type))
                .map(part -> String.valueOf(part.getValue()))
                .toList();
    }

    /** An attribute that the reference defines for a user's uid, kept as an encoded string. */
    private static String uid(List<Rdn> subject) {
        for (Rdn part : subject) {
            boolean uid = part.getType().equals("1.3.6.1.4.1.57683.2");
            if (uid && part.getValue() instanceof byte[] encoded && encoded.length > 2) {
                return new String(encoded, 2, encoded.length - 2, StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private static SortedMap<String, List<String>> extra(X509Certificate certificate) {
        var extra = new TreeMap<String, List<String>>();
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            extra.put(User.CREDENTIAL, List.of("X509SHA256=" + HexFormat.of().formatHex(digest)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("a certificate cannot be encoded", impossible);
        }
        return extra;
    }
}
