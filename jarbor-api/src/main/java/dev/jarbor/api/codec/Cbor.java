package dev.jarbor.api.codec;

import dev.jarbor.api.value.Value;

/**
 * CBOR (RFC 8949) to and from values, in the dialect of Kubernetes: documents begin with the tag of self-described CBOR,
 * text is written as byte strings and read from both, a byte string that carries an expected later encoding reads as that
 * encoding, and neither infinities nor numbers beyond 64 bits nor a key given twice are taken.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#cbor-encoding">CBOR resource encoding</a>
 * @see <a href="https://kep.k8s.io/4222">KEP-4222</a>
 */
public final class Cbor {
    public static final String MEDIA_TYPE = "application/cbor";
    /** One item after the other (RFC 8742): the frames of a watch. */
    public static final String SEQUENCE_TYPE = "application/cbor-seq";

    private Cbor() {}

    /** {@code value} as one document. */
    public static byte[] bytes(Value value) {
        return new CborWriter().document(value);
    }

    /** The value of {@code document}, within {@code limits}. */
    public static Value parse(byte[] document, Limits limits) {
        if (document.length > limits.bytes()) {
            throw Json.tooLong(limits);
        }
        return new CborReader(document, limits).document();
    }
}
