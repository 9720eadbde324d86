package dev.jarbor.server.http;

import dev.jarbor.api.codec.Cbor;
import dev.jarbor.api.codec.Protobuf;
import dev.jarbor.api.status.ApiException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How the client wants an answer: encoded how, as what, and whether for eyes.
 *
 * @param shapeVersion of {@code meta.k8s.io} in which a shape is wanted; "" for whole objects
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables">API concepts</a>
 */
record AnswerFormat(Encoding encoding, Shape shape, String shapeVersion, boolean pretty) {
    private static final Set<String> PRETTY = Set.of("1", "t", "T", "TRUE", "true", "True");

    /** How objects become bytes, in the order in which the reference offers them. */
    enum Encoding {
        JSON("application/json", true),
        YAML("application/yaml", false),
        PROTOBUF(Protobuf.MEDIA_TYPE, true),
        CBOR(Cbor.MEDIA_TYPE, true);

        private static final List<Encoding> ALL = List.of(values());

        private final String mediaType;
        private final boolean streams;

        Encoding(String mediaType, boolean streams) {
            this.mediaType = mediaType;
            this.streams = streams;
        }

        String mediaType() {
            return mediaType;
        }

        /** What all of them are called in Accept and Content-Type headers. */
        static List<String> mediaTypes() {
            return ALL.stream().map(Encoding::mediaType).toList();
        }

        private static List<String> streamTypes() {
            return ALL.stream()
                    .filter(encoding -> encoding.streams)
                    .map(encoding -> encoding.mediaType + ";stream=watch")
                    .toList();
        }
    }

    /** What is shown of objects, by the names under which clients ask for it. */
    enum Shape {
        WHOLE(""),
        TABLE("Table"),
        METADATA("PartialObjectMetadata"),
        METADATA_LIST("PartialObjectMetadataList");

        private final String kind;

        Shape(String kind) {
            this.kind = kind;
        }

        String kind() {
            return kind;
        }
    }

    /**
     * What an endpoint can show.
     *
     * @param tables whether its objects have rows
     * @param metadata whether they can be shown by their metadata alone
     * @param protobuf whether whole objects have a protobuf form
     */
    record Offer(boolean tables, boolean metadata, boolean protobuf) {
        /** Whole objects of the API's own types. */
        static final Offer PLAIN = new Offer(false, false, true);

        private boolean has(Encoding encoding, Shape shape) {
            return switch (shape) {
                case WHOLE -> protobuf || encoding != Encoding.PROTOBUF;
                case TABLE -> tables && (encoding == Encoding.JSON || encoding == Encoding.YAML);
                case METADATA, METADATA_LIST -> metadata;
            };
        }
    }

    /** The group version of the shape. */
    String shapeGroupVersion() {
        return "meta.k8s.io/" + shapeVersion;
    }

    /** The same in JSON, for what has no other encoding. */
    AnswerFormat inJson() {
        return new AnswerFormat(Encoding.JSON, shape, shapeVersion, pretty);
    }

    /** JSON, indented where the client is read by people. */
    static AnswerFormat json(RequestHead head) {
        return new AnswerFormat(Encoding.JSON, Shape.WHOLE, "", pretty(head));
    }

    /** Chooses by the Accept header; refuses with 406 where nothing on offer is wanted. */
    static AnswerFormat choose(RequestHead head, Offer offer) {
        return find(head, offer).orElseThrow(() -> ApiException.notAcceptable(Encoding.mediaTypes()));
    }

    /** Chooses for a stream of events, which not every encoding has. */
    static AnswerFormat chooseForStream(RequestHead head, Offer offer) {
        return find(head, offer)
                .filter(format -> format.encoding.streams)
                .orElseThrow(() -> ApiException.notAcceptable(Encoding.streamTypes()));
    }

    static Optional<AnswerFormat> find(RequestHead head, Offer offer) {
        List<String> accepted = head.items("accept");
        boolean pretty = pretty(head);
        if (accepted.isEmpty()) {
            return Optional.of(new AnswerFormat(Encoding.JSON, Shape.WHOLE, "", pretty));
        }
        for (MediaRange range : MediaRange.list(accepted)) {
            for (Encoding encoding : Encoding.ALL) {
                Optional<Shape> shape = range.includes(encoding.mediaType) ? shape(range, encoding) : Optional.empty();
                if (shape.isPresent() && offer.has(encoding, shape.get())) {
                    boolean asked = range.parameter("pretty").equals("1");
                    return Optional.of(new AnswerFormat(
                            encoding,
                            shape.get(),
                            shape.get() == Shape.WHOLE ? "" : range.parameter("v"),
                            pretty || asked));
                }
            }
        }
        return Optional.empty();
    }

    /** The shape that a range asks for; empty where the range as a whole cannot be met. */
    private static Optional<Shape> shape(MediaRange range, Encoding encoding) {
        String stream = range.parameter("stream");
        if (!stream.isEmpty() && !(stream.equals("watch") && encoding.streams)) {
            return Optional.empty();
        }
        String serverVersion = range.parameter("sv");
        if (!serverVersion.isEmpty() && !serverVersion.equals("v1")) {
            return Optional.empty();
        }
        String as = range.parameter("as");
        String version = range.parameter("v");
        String group = range.parameter("g");
        if (as.isEmpty() && version.isEmpty() && group.isEmpty()) {
            return Optional.of(Shape.WHOLE);
        }
        if (!group.equals("meta.k8s.io") || !(version.equals("v1") || version.equals("v1beta1"))) {
            return Optional.empty();
        }
        return switch (as) {
            case "Table" -> Optional.of(Shape.TABLE);
            case "PartialObjectMetadata" -> Optional.of(Shape.METADATA);
            case "PartialObjectMetadataList" -> Optional.of(Shape.METADATA_LIST);
            default -> Optional.empty();
        };
    }

    /** Browsers and command-line clients get indented answers unless they say otherwise, as the reference does it. */
    private static boolean pretty(RequestHead head) {
        List<String> asked = head.parameter("pretty");
        if (!asked.isEmpty() && !asked.getFirst().isEmpty()) {
            return PRETTY.contains(asked.getFirst());
        }
        String agent = head.header("user-agent");
        return agent.startsWith("curl") || agent.startsWith("Wget") || agent.startsWith("Mozilla/5.0");
    }
}
