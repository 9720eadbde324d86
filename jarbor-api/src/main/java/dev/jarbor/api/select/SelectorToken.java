package dev.jarbor.api.select;

import java.util.ArrayList;
import java.util.List;

/** One token of a label selector and the text it was read from. */
record SelectorToken(Type type, String text) {
    enum Type {
        WORD,
        IN,
        NOT_IN,
        EQUALS,
        DOUBLE_EQUALS,
        NOT_EQUALS,
        GREATER,
        LESS,
        NOT,
        COMMA,
        OPEN,
        CLOSE,
        END
    }

    /** The tokens of {@code selector}, the last of which is {@link Type#END}; every text has some. */
    static List<SelectorToken> tokens(String selector) {
        var tokens = new ArrayList<SelectorToken>();
        int at = 0;
        while (at < selector.length()) {
            char c = selector.charAt(at);
            if (isSpace(c)) {
                at++;
                continue;
            }
            int end = isSymbol(c) ? symbolEnd(selector, at) : wordEnd(selector, at);
            String text = selector.substring(at, end);
            tokens.add(new SelectorToken(typeOf(text), text));
            at = end;
        }
        tokens.add(new SelectorToken(Type.END, ""));
        return tokens;
    }

    /** Operators that are words are words like all others where a key or a value stands. */
    SelectorToken asWord() {
        return type == Type.IN || type == Type.NOT_IN ? new SelectorToken(Type.WORD, text) : this;
    }

    private static Type typeOf(String text) {
        return switch (text) {
            case "in" -> Type.IN;
            case "notin" -> Type.NOT_IN;
            case "=" -> Type.EQUALS;
            case "==" -> Type.DOUBLE_EQUALS;
            case "!=" -> Type.NOT_EQUALS;
            case ">" -> Type.GREATER;
            case "<" -> Type.LESS;
            case "!" -> Type.NOT;
            case "," -> Type.COMMA;
            case "(" -> Type.OPEN;
            case ")" -> Type.CLOSE;
            default -> Type.WORD;
        };
    }

    private static int symbolEnd(String text, int start) {
        return text.startsWith("==", start) || text.startsWith("!=", start) ? start + 2 : start + 1;
    }

    private static int wordEnd(String text, int start) {
        int end = start;
        while (end < text.length() && !isSpace(text.charAt(end)) && !isSymbol(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    private static boolean isSymbol(char c) {
        return "=!(),><".indexOf(c) >= 0;
    }
}
