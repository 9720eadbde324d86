package dev.jarbor.api.codec;

import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ObjectValue;
import java.nio.ByteBuffer;

/**
 * The Kubernetes protobuf encoding to and from values: an envelope ({@code k8s\0} and runtime.Unknown) around the
 * message of a built-in kind. A decoded object is the one that the same client would have sent as JSON.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding">Kubernetes Protobuf
 *     encoding</a>
 */
public final class Protobuf {
    public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    private final MessageLayouts layouts;

    private Protobuf(MessageLayouts layouts) {
        this.layouts = layouts;
    }

    /** The encoding of the kinds in {@code schemas}. */
    public static Protobuf of(Schemas schemas) {
        return new Protobuf(new MessageLayouts(schemas));
    }

    /** Whether {@code bytes} start as this encoding does. */
    public static boolean isProtobuf(byte[] bytes) {
        return ProtobufEnvelope.isOne(bytes);
    }

    /** Whether objects of a kind can be encoded; custom resources cannot. */
    public boolean encodes(String apiVersion, String kind) {
        return layouts.forKind(GroupVersionKind.of(apiVersion, kind)).isPresent();
    }

    /** The object in the envelope {@code bytes}, with its apiVersion and kind. */
    public ObjectValue decode(byte[] bytes, Limits limits) {
        if (bytes.length > limits.bytes()) {
            throw Json.tooLong(limits);
        }
        return ProtobufEnvelope.read(bytes).object(layouts, limits);
    }

    /**
     * {@code object} in its envelope.
     *
     * @throws IllegalArgumentException where {@link #encodes} says no to its kind
     */
    public byte[] encode(ObjectValue object) {
        String apiVersion = object.string("apiVersion");
        String kind = object.string("kind");
        MessageLayout layout = layouts.forKind(GroupVersionKind.of(apiVersion, kind))
                .orElseThrow(() ->
                        new IllegalArgumentException("kind " + kind + " of " + apiVersion + " has no protobuf form"));
        var out = new ProtobufOutput();
        new ProtobufWriter(layouts).message(out, object, layout);
        return new ProtobufEnvelope(apiVersion, kind, "", out.toByteArray()).bytes();
    }

    /**
     * One frame of a watch: four bytes of length and a WatchEvent.
     *
     * @param type such as {@code ADDED}
     * @param object the object in its envelope, so that one encoding can serve many watchers
     */
    public static byte[] watchFrame(String type, byte[] object) {
        var out = new ProtobufOutput();
        out.text(1, type);
        out.message(2, raw -> raw.octets(1, object));
        byte[] event = out.toByteArray();
        return ByteBuffer.allocate(Integer.BYTES + event.length)
                .putInt(event.length)
                .put(event)
                .array();
    }
}
