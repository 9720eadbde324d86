package dev.jarbor.api.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.NullValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds values from the tokens of one document. Jackson finds the tokens; what it refuses is read again by {@link
 * JsonSyntax}, which words the fault, and a document in which a name was given twice again by {@link JsonDuplicates},
 * which says where: both are rare, so the usual document pays for neither.
 */
final class JsonReader {
    /** The pool is bounded, because virtual threads would otherwise each keep buffers. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .recyclerPool(JsonRecyclerPools.newBoundedPool(32))
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(constraints())
            .build();

    private final JsonParser parser;
    private final int depthLimit;
    private boolean nameGivenTwice;
    private int depth;

    private JsonReader(JsonParser parser, Limits limits) {
        this.parser = parser;
        this.depthLimit = limits.depth();
    }

    static Decoded read(byte[] document, Limits limits) {
        try (var parser = FACTORY.createParser(document)) {
            var reader = new JsonReader(parser, limits);
            Value value = reader.document();
            return new Decoded(value, reader.nameGivenTwice ? duplicates(document) : List.of());
        } catch (IOException refused) {
            return readAgain(document, limits, refused);
        }
    }

    /** Says what is wrong in the reference's words; ill-formed UTF-8 alone is no fault there. */
    private static Decoded readAgain(byte[] document, Limits limits, IOException refused) {
        JsonSyntax.check(document, limits.depth());
        String repaired = new String(document, StandardCharsets.UTF_8);
        try (var parser = FACTORY.createParser(repaired)) {
            var reader = new JsonReader(parser, limits);
            Value value = reader.document();
            return new Decoded(
                    value, reader.nameGivenTwice ? duplicates(repaired.getBytes(StandardCharsets.UTF_8)) : List.of());
        } catch (IOException again) {
            refused.addSuppressed(again);
            var failure = DecodeException.syntax("invalid JSON: " + refused.getMessage(), 0, 0);
            failure.initCause(refused);
            throw failure;
        }
    }

    private static List<String> duplicates(byte[] document) {
        try (var parser = FACTORY.createParser(document)) {
            return JsonDuplicates.in(parser);
        } catch (IOException impossible) {
            throw new IllegalStateException("a document that parsed once", impossible);
        }
    }

    private Value document() throws IOException {
        JsonToken first = parser.nextToken();
        if (first == null) {
            throw DecodeException.syntax("unexpected end of JSON input", 1, 1);
        }
        Value value = value(first);
        if (parser.nextToken() != null) {
            throw new IOException("more than one value");
        }
        return value;
    }

    private Value value(JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> list();
            case VALUE_STRING -> Value.of(Surrogates.repaired(parser.getText()));
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> decimal();
            case VALUE_TRUE -> Value.of(true);
            case VALUE_FALSE -> Value.of(false);
            case VALUE_NULL -> NullValue.NULL;
            case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("no value starts with " + token);
        };
    }

    private ObjectValue object() throws IOException {
        descend();
        var fields = ObjectValue.builder();
        int count = 0;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            fields.put(FieldNames.known(Surrogates.repaired(name)), value(parser.nextToken()));
            count++;
        }
        depth--;
        ObjectValue object = fields.build();
        nameGivenTwice |= object.size() < count;
        return object;
    }

    private ListValue list() throws IOException {
        descend();
        var items = new ArrayList<Value>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(value(token));
        }
        depth--;
        return ListValue.of(items);
    }

    private void descend() {
        if (++depth > depthLimit) {
            throw DecodeException.limit("exceeded max depth");
        }
    }

    private Value integer() throws IOException {
        return switch (parser.getNumberType()) {
            case INT, LONG -> Value.of(parser.getLongValue());
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> decimal();
        };
    }

    private Value decimal() throws IOException {
        String text = parser.getText();
        double number = Double.parseDouble(text);
        if (Double.isInfinite(number)) {
            throw DecodeException.shape("json: cannot unmarshal number " + text + " into Go value of type float64");
        }
        return Value.of(number);
    }

    /** The bounds on bytes and depth are ours, so Jackson's own are opened; no BigInteger is ever made. */
    private static StreamReadConstraints constraints() {
        return StreamReadConstraints.builder()
                .maxNestingDepth(Integer.MAX_VALUE)
                .maxStringLength(Integer.MAX_VALUE)
                .maxNameLength(Integer.MAX_VALUE)
                .maxNumberLength(Integer.MAX_VALUE)
                .build();
    }
}
