package dev.jarbor.server.http;

import dev.jarbor.api.status.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How the client wants an answer: encoded how, as what, and whether for eyes.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables">API concepts</a>
 */
record AnswerFormat(Encoding encoding, Shape shape, boolean pretty) {
    /** How objects become bytes. */
    enum Encoding {
        JSON("application/json"),
        YAML("application/yaml"),
        PROTOBUF("application/vnd.kubernetes.protobuf");

        private final String mediaType;

        Encoding(String mediaType) {
            this.mediaType = mediaType;
        }

        String mediaType() {
            return mediaType;
        }
    }

    /** What is shown of objects. */
    enum Shape {
        WHOLE,
        TABLE,
        METADATA
    }

    /** The same in JSON, for what has no other encoding. */
    AnswerFormat inJson() {
        return new AnswerFormat(Encoding.JSON, shape, pretty);
    }

    /** JSON, indented where the client is read by people. */
    static AnswerFormat json(RequestHead head) {
        return new AnswerFormat(Encoding.JSON, Shape.WHOLE, pretty(head));
    }

    /**
     * Chooses by the Accept header.
     *
     * @param shapes whether other shapes than the whole object are to be had
     * @param offered the encodings there are, best first
     */
    static AnswerFormat choose(RequestHead head, boolean shapes, List<Encoding> offered) {
        List<String> accepted = head.items("accept");
        boolean pretty = pretty(head);
        if (accepted.isEmpty()) {
            return new AnswerFormat(offered.getFirst(), Shape.WHOLE, pretty);
        }
        for (MediaRange range : MediaRange.list(accepted)) {
            for (Encoding encoding : offered) {
                Optional<Shape> shape = range.includes(encoding.mediaType) ? shape(range, shapes) : Optional.empty();
                if (shape.isPresent()) {
                    boolean asked = range.parameter("pretty").equals("1");
                    return new AnswerFormat(encoding, shape.get(), pretty || asked);
                }
            }
        }
        var names = new ArrayList<String>();
        offered.forEach(encoding -> names.add(encoding.mediaType));
        throw ApiException.notAcceptable(names);
    }

    private static Optional<Shape> shape(MediaRange range, boolean shapes) {
        String as = range.parameter("as");
        if (as.isEmpty()) {
            return Optional.of(Shape.WHOLE);
        }
        boolean known = range.parameter("g").equals("meta.k8s.io")
                && (range.parameter("v").equals("v1") || range.parameter("v").equals("v1beta1"));
        if (!shapes || !known) {
            return Optional.empty();
        }
        return switch (as) {
            case "Table" -> Optional.of(Shape.TABLE);
            case "PartialObjectMetadata", "PartialObjectMetadataList" -> Optional.of(Shape.METADATA);
            default -> Optional.empty();
        };
    }

    /** Browsers and command-line clients get indented answers unless they say otherwise, as the reference does it. */
    private static boolean pretty(RequestHead head) {
        List<String> asked = head.parameter("pretty");
        if (!asked.isEmpty() && !asked.getFirst().isEmpty()) {
            return asked.getFirst().equals("true") || asked.getFirst().equals("1");
        }
        String agent = head.header("user-agent");
        return agent.startsWith("curl") || agent.startsWith("Wget") || agent.startsWith("Mozilla/5.0");
    }
}
