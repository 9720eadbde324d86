package dev.jarbor.server.openapi;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.util.Map;

/**
 * The version 2 document in the binary form that clients before Kubernetes 1.30 insist on: the messages of gnostic's
 * {@code openapi.v2}, whose field numbers stand here. Values without a message of their own are YAML texts, for which JSON
 * will do.
 *
 * @see <a href="https://github.com/google/gnostic/blob/main/openapiv2/OpenAPIv2.proto">OpenAPIv2.proto</a>
 */
final class BinaryDocument {
    /** What clients ask for has an @ before the version, which is no media type and cannot be answered with. */
    static final String MEDIA_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private static final Map<String, Integer> METHODS = Map.of("get", 2, "put", 3, "post", 4, "delete", 5, "patch", 8);

    private BinaryDocument() {}

    static byte[] of(ObjectValue document) {
        var info = new Message()
                .text(1, document.object("info").string("title"))
                .text(2, document.object("info").string("version"));
        var paths = new Message();
        document.object("paths").forEach((path, item) -> paths.message(2, named(path, pathItem((ObjectValue) item))));
        var definitions = new Message();
        document.object("definitions")
                .forEach((name, schema) -> definitions.message(1, named(name, schema((ObjectValue) schema))));
        return new Message()
                .text(1, document.string("swagger"))
                .message(2, info)
                .message(8, paths)
                .message(9, definitions)
                .toByteArray();
    }

    private static Message named(String name, Message value) {
        return new Message().text(1, name).message(2, value);
    }

    private static Message any(Value value) {
        return new Message().text(2, value instanceof StringValue(String text) ? quoted(text) : Json.text(value));
    }

    private static String quoted(String text) {
        return Json.text(Value.of(text));
    }

    private static void extensions(Message target, int field, ObjectValue owner) {
        owner.forEach((name, value) -> {
            if (name.startsWith("x-")) {
                target.message(field, named(name, any(value)));
            }
        });
    }

    private static Message pathItem(ObjectValue item) {
        var message = new Message();
        item.forEach((name, value) -> {
            Integer field = METHODS.get(name);
            if (field != null) {
                message.message(field, operation((ObjectValue) value));
            }
        });
        item.list("parameters").objects().forEach(parameter -> message.message(9, parameter(parameter)));
        return message;
    }

    private static Message operation(ObjectValue operation) {
        var message = new Message().text(5, operation.string("operationId"));
        texts(message, 6, operation.list("produces"));
        texts(message, 7, operation.list("consumes"));
        operation.list("parameters").objects().forEach(parameter -> message.message(8, parameter(parameter)));
        var responses = new Message();
        operation.object("responses").forEach((code, value) -> {
            ObjectValue response = (ObjectValue) value;
            var content = new Message().text(1, response.string("description"));
            if (response.has("schema")) {
                content.message(2, new Message().message(1, schema(response.object("schema"))));
            }
            responses.message(1, named(code, new Message().message(1, content)));
        });
        message.message(9, responses);
        texts(message, 10, operation.list("schemes"));
        extensions(message, 13, operation);
        return message;
    }

    private static void texts(Message target, int field, ListValue texts) {
        texts.strings().forEach(text -> target.text(field, text));
    }

    /** A parameter behind the alternatives that the messages wrap around it. */
    private static Message parameter(ObjectValue parameter) {
        Message inner = new Message();
        if (parameter.string("in").equals("body")) {
            var body = new Message()
                    .text(2, parameter.string("name"))
                    .text(3, "body")
                    .truth(4, parameter.bool("required"))
                    .message(5, schema(parameter.object("schema")));
            inner.message(1, body);
        } else {
            boolean query = parameter.string("in").equals("query");
            var plain = new Message()
                    .truth(1, parameter.bool("required"))
                    .text(2, parameter.string("in"))
                    .text(4, parameter.string("name"))
                    .text(query ? 6 : 5, parameter.string("type"))
                    .truth(query ? 20 : 18, parameter.bool("uniqueItems"));
            inner.message(2, new Message().message(query ? 3 : 4, plain));
        }
        return new Message().message(1, inner);
    }

    private static Message schema(ObjectValue schema) {
        var message = new Message()
                .text(1, schema.string("$ref"))
                .text(2, schema.string("format"))
                .text(4, schema.string("description"));
        schema.get("default").ifPresent(value -> message.message(5, any(value)));
        texts(message, 19, schema.list("required"));
        if (schema.has("additionalProperties")) {
            message.message(21, new Message().message(1, schema(schema.object("additionalProperties"))));
        }
        if (schema.has("type")) {
            message.message(22, new Message().text(1, schema.string("type")));
        }
        if (schema.has("items")) {
            message.message(23, new Message().message(1, schema(schema.object("items"))));
        }
        if (schema.has("properties")) {
            var properties = new Message();
            schema.object("properties")
                    .forEach((name, value) -> properties.message(1, named(name, schema((ObjectValue) value))));
            message.message(25, properties);
        }
        extensions(message, 31, schema);
        return message;
    }
}
