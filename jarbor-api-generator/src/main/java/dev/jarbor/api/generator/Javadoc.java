package dev.jarbor.api.generator;

import java.util.regex.Pattern;

/** Turns the API's texts into comments that compile: the first sentences, escaped. */
final class Javadoc {
    private static final int LONGEST = 600;
    private static final Pattern SENTENCE_END = Pattern.compile("\\.(\\s|$)");

    private Javadoc() {}

    static String firstSentence(String text) {
        String line = text.strip().split("\\n\\s*\\n", 2)[0].replaceAll("\\s+", " ");
        var end = SENTENCE_END.matcher(line);
        String sentence = end.find() ? line.substring(0, end.start() + 1) : line;
        return escape(sentence.length() > LONGEST ? sentence.substring(0, LONGEST) + " …" : sentence);
    }

    static String firstParagraph(String text) {
        String line = text.strip().split("\\n\\s*\\n", 2)[0].replaceAll("\\s+", " ");
        return escape(line.length() > LONGEST ? line.substring(0, LONGEST) + " …" : line);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("@", "&#64;")
                .replace("{", "&#123;")
                .replace("\\", "&#92;")
                .replace("*/", "*&#47;");
    }
}
