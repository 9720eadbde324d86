package dev.jarbor.server.auth;

import dev.jarbor.runtime.BoundedMemory;
import dev.jarbor.runtime.Runtime;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Whether clients' certificates lead to an authority (RFC 5280, section 6) and are meant for clients. Revocation is not
 * looked at, as the reference does not.
 */
final class CertificateVerifier {
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USE = "2.5.29.37.0";
    private static final int REMEMBERED = 1024;
    private static final Duration REMEMBERED_FOR = Duration.ofMinutes(1);

    private final Supplier<List<X509Certificate>> authorities;
    private final Runtime runtime;
    private final BoundedMemory<List<X509Certificate>, Boolean> good;

    CertificateVerifier(Supplier<List<X509Certificate>> authorities, Runtime runtime) {
        this.authorities = authorities;
        this.runtime = runtime;
        this.good = new BoundedMemory<>(REMEMBERED, runtime);
    }

    /** Why {@code chain}, the client's certificate first, is not to be believed; empty where it is. */
    Optional<String> objection(List<X509Certificate> chain) {
        if (good.get(chain).isPresent()) {
            return Optional.empty();
        }
        Optional<String> objection = check(chain);
        if (objection.isEmpty()) {
            good.put(chain, true, REMEMBERED_FOR);
        }
        return objection;
    }

    private Optional<String> check(List<X509Certificate> chain) {
        List<X509Certificate> trusted = authorities.get();
        if (trusted.isEmpty()) {
            return Optional.of("x509: certificate signed by unknown authority");
        }
        try {
            // An authority at the end of what the client sends is none of the path.
            List<X509Certificate> path =
                    chain.stream().filter(one -> !trusted.contains(one)).toList();
            if (path.isEmpty()) {
                return meantForClients(chain.getFirst());
            }
            var parameters = new PKIXParameters(trusted.stream()
                    .map(authority -> new TrustAnchor(authority, null))
                    .collect(Collectors.toSet()));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(runtime.now()));
            CertPath certificates = CertificateFactory.getInstance("X.509").generateCertPath(path);
            CertPathValidator.getInstance("PKIX").validate(certificates, parameters);
            return meantForClients(path.getFirst());
        } catch (CertPathValidatorException unbelievable) {
            return Optional.of(words(unbelievable));
        } catch (GeneralSecurityException malformed) {
            return Optional.of("x509: " + malformed.getMessage());
        }
    }

    private static String words(CertPathValidatorException failure) {
        return switch (failure.getReason()) {
            case CertPathValidatorException.BasicReason.EXPIRED, CertPathValidatorException.BasicReason.NOT_YET_VALID ->
                "x509: certificate has expired or is not yet valid";
            default -> "x509: certificate signed by unknown authority";
        };
    }

    private static Optional<String> meantForClients(X509Certificate certificate) throws GeneralSecurityException {
        List<String> uses = certificate.getExtendedKeyUsage();
        boolean meant = uses == null || uses.contains(CLIENT_AUTH) || uses.contains(ANY_USE);
        return meant ? Optional.empty() : Optional.of("x509: certificate specifies an incompatible key usage");
    }
}
