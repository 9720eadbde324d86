package dev.jarbor.server.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Base64;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Requests for certificates, as clients make them. */
public final class Requests {
    private Requests() {}

    /**
     * @param subject such as {@code O=system:nodes,CN=system:node:n1}
     * @param hosts DNS names
     * @return PEM
     */
    public static String pem(String subject, String... hosts) {
        KeyPair pair = Keys.generate();
        try {
            var builder = new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), pair.getPublic());
            if (hosts.length > 0) {
                var names = new GeneralName[hosts.length];
                for (int i = 0; i < hosts.length; i++) {
                    names[i] = new GeneralName(GeneralName.dNSName, hosts[i]);
                }
                var extensions = new ExtensionsGenerator();
                extensions.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
                builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            byte[] encoded = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
                    .getEncoded();
            return "-----BEGIN CERTIFICATE REQUEST-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                    + "\n-----END CERTIFICATE REQUEST-----\n";
        } catch (IOException | OperatorCreationException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** The same, as the field {@code request} has it. */
    public static String field(String subject, String... hosts) {
        return Base64.getEncoder().encodeToString(pem(subject, hosts).getBytes(StandardCharsets.UTF_8));
    }
}
