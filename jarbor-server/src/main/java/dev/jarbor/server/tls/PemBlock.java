package dev.jarbor.server.tls;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One block of a text with several (RFC 7468), as it stands there.
 *
 * @param label what it says it is
 * @param hasHeaders whether lines about it come before its content
 * @param base64 its content, in one line
 */
public record PemBlock(String label, boolean hasHeaders, String base64) {
    private static final String END = "-----END ";
    private static final Pattern BEGIN = Pattern.compile("(?m)^-----BEGIN ([^\\n]{0,80}?)-----[ \\t]*\\r?$");

    /** The blocks of {@code text}, in order; what lies between them, and what is no block, is passed over. */
    public static List<PemBlock> all(String text) {
        var blocks = new ArrayList<PemBlock>();
        Matcher begin = BEGIN.matcher(text);
        int from = 0;
        while (begin.find(from)) {
            String label = begin.group(1);
            int end = text.indexOf(END + label + "-----", begin.end());
            if (end < 0) {
                from = begin.end();
                continue;
            }
            String body = text.substring(begin.end(), end);
            int colon = body.indexOf(':');
            String content = colon < 0 ? body : body.substring(Math.max(body.lastIndexOf("\n\n"), 0));
            String base64 = content.replaceAll("\\s", "");
            if (isBase64(base64)) {
                blocks.add(new PemBlock(label, colon >= 0, base64));
                from = end + END.length();
            } else {
                from = begin.end();
            }
        }
        return List.copyOf(blocks);
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return true;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /** Its content. */
    public byte[] content() {
        return Base64.getDecoder().decode(base64);
    }

    /** The certificate that it is. */
    public X509Certificate certificate() throws CertificateException {
        return Pem.read(content());
    }
}
