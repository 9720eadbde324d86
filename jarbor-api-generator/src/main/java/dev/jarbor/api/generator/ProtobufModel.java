package dev.jarbor.api.generator;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * The protobuf messages of the API, by OpenAPI definition name ({@code k8s.io.api.core.v1.Pod} and {@code
 * io.k8s.api.core.v1.Pod} name one type).
 */
record ProtobufModel(Map<String, Message> messages) {
    private static final String FOLDER = "io/kubernetes/client/proto/";

    record Message(String id, List<MessageField> fields) {
        /** The field called {@code name} but for the case of its letters: {@code uid} is uID. */
        Optional<MessageField> field(String name) {
            return fields.stream()
                    .filter(field -> field.name().equalsIgnoreCase(name))
                    .findFirst();
        }

        /** A message that only stands in for a list, such as {@code ExtraValue}: repeated field 1, "items". */
        boolean wrapsList() {
            return fields.size() == 1
                    && fields.get(0).repeated()
                    && fields.get(0).number() == 1
                    && fields.get(0).name().equals("items");
        }
    }

    /** @param type a message's id or the name of a protobuf scalar such as {@code INT32}; of a map, its value's */
    record MessageField(String name, int number, boolean repeated, boolean map, String type) {}

    Optional<Message> message(String id) {
        return Optional.ofNullable(messages.get(id));
    }

    static ProtobufModel read() throws IOException {
        var messages = new TreeMap<String, Message>();
        try (var jar = new JarFile(ClientModel.jarOf(io.kubernetes.client.proto.V1.class))) {
            for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                String path = entry.getName();
                if (path.startsWith(FOLDER) && path.endsWith(".class") && !path.contains("$")) {
                    file(path).getMessageTypes().forEach(type -> messages.put(id(type), message(type)));
                }
            }
        } catch (UncheckedIOException failed) {
            throw new IOException(failed);
        }
        return new ProtobufModel(messages);
    }

    private static FileDescriptor file(String path) {
        String name = path.substring(0, path.length() - ".class".length()).replace('/', '.');
        try {
            return (FileDescriptor)
                    Class.forName(name).getMethod("getDescriptor").invoke(null);
        } catch (ReflectiveOperationException different) {
            throw new IllegalStateException(name + " is not a generated protobuf file", different);
        }
    }

    private static Message message(Descriptor type) {
        var fields = new ArrayList<MessageField>();
        for (FieldDescriptor field : type.getFields()) {
            FieldDescriptor value = field.isMapField() ? field.getMessageType().findFieldByNumber(2) : field;
            String name = value.getJavaType() == JavaType.MESSAGE
                    ? id(value.getMessageType())
                    : value.getType().name();
            fields.add(
                    new MessageField(field.getName(), field.getNumber(), field.isRepeated(), field.isMapField(), name));
        }
        return new Message(id(type), List.copyOf(fields));
    }

    private static String id(Descriptor type) {
        return type.getFullName().replaceFirst("^k8s\\.io\\.", "io.k8s.").replace('_', '-');
    }
}
