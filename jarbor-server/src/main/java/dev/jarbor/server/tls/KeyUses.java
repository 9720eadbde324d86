package dev.jarbor.server.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * What a certificate's key may be used for, by the words of CertificateSigningRequests.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.3">RFC 5280, sections 4.2.1.3 and 4.2.1.12</a>
 */
final class KeyUses {
    private static final Map<String, Integer> BITS = Map.ofEntries(
            Map.entry("signing", KeyUsage.digitalSignature),
            Map.entry("digital signature", KeyUsage.digitalSignature),
            Map.entry("content commitment", KeyUsage.nonRepudiation),
            Map.entry("key encipherment", KeyUsage.keyEncipherment),
            Map.entry("key agreement", KeyUsage.keyAgreement),
            Map.entry("data encipherment", KeyUsage.dataEncipherment),
            Map.entry("cert sign", KeyUsage.keyCertSign),
            Map.entry("crl sign", KeyUsage.cRLSign),
            Map.entry("encipher only", KeyUsage.encipherOnly),
            Map.entry("decipher only", KeyUsage.decipherOnly));

    private static final Map<String, KeyPurposeId> PURPOSES = Map.ofEntries(
            Map.entry("any", KeyPurposeId.anyExtendedKeyUsage),
            Map.entry("server auth", KeyPurposeId.id_kp_serverAuth),
            Map.entry("client auth", KeyPurposeId.id_kp_clientAuth),
            Map.entry("code signing", KeyPurposeId.id_kp_codeSigning),
            Map.entry("email protection", KeyPurposeId.id_kp_emailProtection),
            Map.entry("s/mime", KeyPurposeId.id_kp_emailProtection),
            Map.entry("ipsec end system", KeyPurposeId.id_kp_ipsecEndSystem),
            Map.entry("ipsec tunnel", KeyPurposeId.id_kp_ipsecTunnel),
            Map.entry("ipsec user", KeyPurposeId.id_kp_ipsecUser),
            Map.entry("timestamping", KeyPurposeId.id_kp_timeStamping),
            Map.entry("ocsp signing", KeyPurposeId.id_kp_OCSPSigning),
            Map.entry("microsoft sgc", KeyPurposeId.getInstance(new ASN1ObjectIdentifier("1.3.6.1.4.1.311.10.3.3"))),
            Map.entry("netscape sgc", KeyPurposeId.getInstance(new ASN1ObjectIdentifier("2.16.840.1.113730.4.1"))));

    private KeyUses() {}

    /** @throws IllegalArgumentException naming a word that is none */
    static KeyUsage bits(List<String> words) {
        int bits = 0;
        for (String word : words) {
            if (!BITS.containsKey(word) && !PURPOSES.containsKey(word)) {
                throw new IllegalArgumentException("unrecognized usage values: [\"" + word + "\"]");
            }
            bits |= BITS.getOrDefault(word, 0);
        }
        return new KeyUsage(bits);
    }

    static ExtendedKeyUsage purposes(List<String> words) {
        var purposes = new ArrayList<KeyPurposeId>();
        for (String word : words) {
            KeyPurposeId purpose = PURPOSES.get(word);
            if (purpose != null && !purposes.contains(purpose)) {
                purposes.add(purpose);
            }
        }
        return new ExtendedKeyUsage(purposes.toArray(new KeyPurposeId[0]));
    }
}
