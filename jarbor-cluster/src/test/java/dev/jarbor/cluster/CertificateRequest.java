package dev.jarbor.cluster;

import java.io.IOException;
import java.util.Base64;

/** A request for a certificate, made by openssl as people make it. */
final class CertificateRequest {
    private CertificateRequest() {}

    /** For the user of that name; as the field {@code request} has it, which is the text in base64. */
    static String of(String user) {
        try {
            Process openssl = new ProcessBuilder(
                            "openssl",
                            "req",
                            "-new",
                            "-newkey",
                            "rsa:2048",
                            "-nodes",
                            "-keyout",
                            "/dev/null",
                            "-subj",
                            "/CN=" + user)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            byte[] text = openssl.getInputStream().readAllBytes();
            if (openssl.waitFor() != 0) {
                throw new AssertionError("openssl failed");
            }
            return Base64.getEncoder().encodeToString(text);
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }
}
