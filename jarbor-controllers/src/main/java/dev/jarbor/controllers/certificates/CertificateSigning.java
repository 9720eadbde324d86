package dev.jarbor.controllers.certificates;

import java.time.Duration;
import java.util.List;

/** The port to an authority: reads requests for certificates and signs them. What may be signed is decided here, above it. */
public interface CertificateSigning {
    /**
     * What a request asks for.
     *
     * @param pem PKCS #10
     * @throws IllegalArgumentException when it is none
     */
    Requested read(String pem);

    /**
     * The certificate, PEM.
     *
     * @param usages in the words of CertificateSigningRequests
     * @throws IllegalArgumentException when a usage is unknown
     */
    String sign(String pem, List<String> usages, Duration life);

    /** How long what is signed may live at most. */
    Duration longestLife();

    /**
     * The parts of a request that signers look at; the numbers count alternative names.
     *
     * @param dnsNames host names
     * @param addresses IP addresses
     */
    record Requested(String commonName, List<String> organisations, int dnsNames, int addresses, int emails, int uris) {
        public Requested {
            organisations = List.copyOf(organisations);
        }
    }
}
