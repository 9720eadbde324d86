package dev.jarbor.node.env;

import java.util.Optional;
import java.util.function.Function;

/**
 * Replaces {@code $(NAME)} by the value of a variable; {@code $$(NAME)} stays as {@code $(NAME)} and unknown names stay as
 * they are (Kubernetes: "Define Dependent Environment Variables").
 */
public final class Expansion {
    private Expansion() {}

    public static String expand(String text, Function<String, Optional<String>> variables) {
        if (text.indexOf('$') < 0) {
            return text;
        }
        var expanded = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char here = text.charAt(at);
            char next = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
            if (here != '$' || (next != '$' && next != '(')) {
                expanded.append(here);
                at++;
            } else if (next == '$') {
                expanded.append('$');
                at += 2;
            } else {
                int end = text.indexOf(')', at);
                if (end < 0) {
                    expanded.append("$(");
                    at += 2;
                    continue;
                }
                String name = text.substring(at + 2, end);
                expanded.append(variables.apply(name).orElse("$(" + name + ")"));
                at = end + 1;
            }
        }
        return expanded.toString();
    }
}
