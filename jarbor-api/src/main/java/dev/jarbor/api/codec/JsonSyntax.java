package dev.jarbor.api.codec;

import java.nio.charset.StandardCharsets;

/**
 * Finds the first fault of a document and words it as Go's encoding/json does, because clients show, and tests compare,
 * those words. Runs only over documents that the parser refused; it builds nothing.
 */
final class JsonSyntax {
    private final byte[] text;
    private final int depthLimit;
    private int at;

    private JsonSyntax(byte[] text, int depthLimit) {
        this.text = text;
        this.depthLimit = depthLimit;
    }

    /** Returns where the document follows the grammar, and throws its first fault where not. */
    static void check(byte[] document, int depthLimit) {
        var syntax = new JsonSyntax(document, depthLimit);
        syntax.value(0);
        syntax.skipSpace();
        if (syntax.at < document.length) {
            throw syntax.unexpected("after top-level value");
        }
    }

    private void value(int depth) {
        skipSpace();
        switch (peek()) {
            case '{' -> object(depth + 1);
            case '[' -> list(depth + 1);
            case '"' -> string();
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            case 't' -> literal("true");
            case 'f' -> literal("false");
            case 'n' -> literal("null");
            default -> throw unexpected("looking for beginning of value");
        }
    }

    private void object(int depth) {
        open(depth);
        if (closes('}')) {
            return;
        }
        while (true) {
            skipSpace();
            if (peek() != '"') {
                throw unexpected("looking for beginning of object key string");
            }
            string();
            skipSpace();
            if (peek() != ':') {
                throw unexpected("after object key");
            }
            at++;
            value(depth);
            if (closes('}')) {
                return;
            }
            separator("after object key:value pair");
        }
    }

    private void list(int depth) {
        open(depth);
        if (closes(']')) {
            return;
        }
        while (true) {
            value(depth);
            if (closes(']')) {
                return;
            }
            separator("after array element");
        }
    }

    private void open(int depth) {
        if (depth > depthLimit) {
            throw DecodeException.limit("exceeded max depth");
        }
        at++;
    }

    private boolean closes(char bracket) {
        skipSpace();
        if (peek() != bracket) {
            return false;
        }
        at++;
        return true;
    }

    private void separator(String context) {
        if (peek() != ',') {
            throw unexpected(context);
        }
        at++;
    }

    private void string() {
        at++;
        for (char c = peek(); c != '"'; c = peek()) {
            if (c < ' ') {
                throw unexpected("in string literal");
            }
            at++;
            if (c == '\\') {
                escape();
            }
        }
        at++;
    }

    private void escape() {
        char kind = peek();
        if ("bfnrt\\/\"u".indexOf(kind) < 0) {
            throw unexpected("in string escape code");
        }
        at++;
        for (int i = 0; kind == 'u' && i < 4; i++) {
            if (Character.digit(peek(), 16) < 0) {
                throw unexpected("in \\u hexadecimal character escape");
            }
            at++;
        }
    }

    private void number() {
        if (peek() == '-') {
            at++;
        }
        if (isNext('0')) {
            at++;
        } else {
            digits("in numeric literal");
        }
        if (isNext('.')) {
            at++;
            digits("after decimal point in numeric literal");
        }
        if (isNext('e') || isNext('E')) {
            at++;
            if (isNext('+') || isNext('-')) {
                at++;
            }
            digits("in exponent of numeric literal");
        }
    }

    private void digits(String context) {
        if (!isDigit(peekOrSpace())) {
            throw unexpected(context);
        }
        while (at < text.length && isDigit((char) text[at])) {
            at++;
        }
    }

    private void literal(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (peekOrSpace() != word.charAt(i)) {
                throw unexpected("in literal " + word + " (expecting " + GoText.quote(word.charAt(i)) + ")");
            }
            at++;
        }
    }

    private void skipSpace() {
        while (at < text.length && " \t\r\n".indexOf(text[at]) >= 0) {
            at++;
        }
    }

    private boolean isNext(char c) {
        return at < text.length && text[at] == c;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** The byte here as the character of its number, which is also how the reference shows it. */
    private char peek() {
        if (at >= text.length) {
            throw fault("unexpected end of JSON input");
        }
        return (char) (text[at] & 0xff);
    }

    /** The reference ends a document with a space to find out whether a number or a word was complete. */
    private char peekOrSpace() {
        return at >= text.length ? ' ' : peek();
    }

    private DecodeException unexpected(String context) {
        return fault("invalid character " + GoText.quote(peekOrSpace()) + " " + context);
    }

    private DecodeException fault(String message) {
        String before = new String(text, 0, Math.min(at, text.length), StandardCharsets.ISO_8859_1);
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        return DecodeException.syntax(message, line, at - before.lastIndexOf('\n'));
    }
}
