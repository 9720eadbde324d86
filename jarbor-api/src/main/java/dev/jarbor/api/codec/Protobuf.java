package dev.jarbor.api.codec;

import dev.jarbor.api.schema.FieldSchema;
import dev.jarbor.api.schema.FieldType;
import dev.jarbor.api.schema.GroupVersionKind;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ObjectValue;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The Kubernetes protobuf encoding to and from values: an envelope ({@code k8s\0} and runtime.Unknown) around the
 * message of a built-in kind. A decoded object is the one that the same client would have sent as JSON.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding">Kubernetes Protobuf
 *     encoding</a>
 */
public final class Protobuf {
    public static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";

    /** How much of a list is written at once. */
    private static final int PIECE = 32 * 1024;

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
        MessageLayout layout = layout(object);
        var out = new ProtobufOutput();
        ProtobufEnvelope.begin(out, object.string("apiVersion"), object.string("kind"));
        out.message(2, raw -> new ProtobufWriter(layouts).message(raw, object, layout));
        ProtobufEnvelope.end(out, "");
        return out.toByteArray();
    }

    /**
     * Writes {@code object} in its envelope; a list item by item, so that it takes no more memory than the largest of them.
     * Because an envelope says first how long what is in it will be, each item is looked at twice.
     *
     * @throws IllegalArgumentException where {@link #encodes} says no to its kind
     */
    public void write(ObjectValue object, OutputStream target) throws IOException {
        MessageLayout layout = layout(object);
        Optional<FieldSchema> items = items(layout);
        if (items.isEmpty() || object.list("items").isEmpty()) {
            target.write(encode(object));
            return;
        }
        var writer = new ProtobufWriter(layouts);
        int number = items.get().protobufNumber();
        FieldType.Ref type = itemType(items.get());
        MessageLayout itemLayout = layouts.forType(type.type());
        List<ObjectValue> all = object.list("items").objects();
        ObjectValue rest = object.without("items");
        var size = ProtobufOutput.counting();
        writer.message(size, rest, layout);
        for (ObjectValue item : all) {
            size.message(number, inner -> writer.message(inner, item, itemLayout));
        }
        var out = new ProtobufOutput();
        ProtobufEnvelope.begin(out, object.string("apiVersion"), object.string("kind"));
        out.opening(2, size.size());
        writer.message(out, rest, layout);
        for (ObjectValue item : all) {
            out.message(number, inner -> writer.message(inner, item, itemLayout));
            if (out.size() >= PIECE) {
                target.write(out.buffer(), 0, out.size());
                out.clear();
            }
        }
        ProtobufEnvelope.end(out, "");
        target.write(out.buffer(), 0, out.size());
    }

    /** The items of a list, which are its last field. */
    private static Optional<FieldSchema> items(MessageLayout layout) {
        FieldSchema last =
                layout.inlined().isEmpty() ? layout.fields().get(layout.fields().lastKey()) : null;
        return Optional.ofNullable(last)
                .filter(field -> field.name().equals("items")
                        && field.type() instanceof FieldType.ListOf(FieldType item)
                        && item instanceof FieldType.Ref);
    }

    private static FieldType.Ref itemType(FieldSchema items) {
        return (FieldType.Ref) ((FieldType.ListOf) items.type()).item();
    }

    private MessageLayout layout(ObjectValue object) {
        String apiVersion = object.string("apiVersion");
        String kind = object.string("kind");
        return layouts.forKind(GroupVersionKind.of(apiVersion, kind))
                .orElseThrow(() ->
                        new IllegalArgumentException("kind " + kind + " of " + apiVersion + " has no protobuf form"));
    }

    /**
     * One frame of a watch: four bytes of length and a WatchEvent.
     *
     * @param type such as {@code ADDED}
     * @param object the object in its envelope, so that one encoding can serve many watchers
     */
    public static byte[] watchFrame(String type, byte[] object) {
        var out = new ProtobufOutput();
        out.raw(new byte[Integer.BYTES]);
        out.text(1, type);
        out.message(2, raw -> raw.octets(1, object));
        byte[] frame = out.toByteArray();
        ByteBuffer.wrap(frame).putInt(0, frame.length - Integer.BYTES);
        return frame;
    }
}
