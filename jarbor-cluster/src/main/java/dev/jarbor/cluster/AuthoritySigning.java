package dev.jarbor.cluster;

import dev.jarbor.controllers.certificates.CertificateSigning;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Pem;
import dev.jarbor.server.tls.SigningRequest;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Signs requests for certificates with an authority's key.
 *
 * @param source the authority, asked for when something is to be signed
 */
public record AuthoritySigning(Supplier<CertificateAuthority> source, Duration longestLife)
        implements CertificateSigning {
    public AuthoritySigning(CertificateAuthority authority, Duration longestLife) {
        this(() -> authority, longestLife);
    }

    /** The tags of alternative names (RFC 5280, section 4.2.1.6). */
    private static final int EMAIL = 1;

    private static final int DNS = 2;
    private static final int URI = 6;
    private static final int ADDRESS = 7;

    @Override
    public Requested read(String pem) {
        SigningRequest request = SigningRequest.parse(pem);
        return new Requested(
                request.commonName(),
                request.organizations(),
                request.alternatives(DNS),
                request.alternatives(ADDRESS),
                request.alternatives(EMAIL),
                request.alternatives(URI));
    }

    @Override
    public String sign(String pem, List<String> usages, Duration life) {
        return Pem.of(source.get().sign(SigningRequest.parse(pem), usages, life));
    }
}
