package dev.jarbor.server.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/**
 * Who a certificate signing request (PKCS #10) is for.
 *
 * @param commonName "" where there is none
 */
public record SigningRequest(String commonName, List<String> organizations) {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN CERTIFICATE REQUEST-----([A-Za-z0-9+/=\\s]*)-----END CERTIFICATE REQUEST-----");

    public SigningRequest {
        organizations = List.copyOf(organizations);
    }

    /**
     * Reads {@code spec.request} of a CertificateSigningRequest: PEM in Base64.
     *
     * @throws IllegalArgumentException in the reference's words
     */
    public static SigningRequest ofField(String base64) {
        byte[] bytes = Base64.getMimeDecoder().decode(base64);
        Matcher block = BLOCK.matcher(new String(bytes, StandardCharsets.US_ASCII));
        if (!block.find()) {
            throw new IllegalArgumentException("PEM block type must be CERTIFICATE REQUEST");
        }
        try {
            byte[] content = Base64.getMimeDecoder().decode(block.group(1));
            X500Name subject = new PKCS10CertificationRequest(content).getSubject();
            return new SigningRequest(String.join("", values(subject, BCStyle.CN)), values(subject, BCStyle.O));
        } catch (IOException malformed) {
            throw new IllegalArgumentException("asn1: " + malformed.getMessage(), malformed);
        }
    }

    private static List<String> values(X500Name name, ASN1ObjectIdentifier type) {
        return Arrays.stream(name.getRDNs(type))
                .map(part -> IETFUtils.valueToString(part.getFirst().getValue()))
                .toList();
    }
}
