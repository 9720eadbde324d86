package dev.jarbor.cluster.options;

import dev.jarbor.server.auth.User;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A static token file: lines of {@code token,user,uid} and perhaps {@code "group1,group2"}, as comma-separated values (RFC
 * 4180).
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file">Static token
 *     file</a>
 */
final class TokenFile {
    private TokenFile() {}

    /** @throws IllegalArgumentException naming the line that is wrong */
    static SortedMap<String, User> parse(String text) {
        var users = new TreeMap<String, User>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            List<String> columns = columns(line.strip(), number);
            if (columns.size() < 3) {
                throw new IllegalArgumentException("line " + number + " must have at least 3 columns (token, user name,"
                        + " user uid), found " + columns.size());
            }
            if (columns.get(0).isEmpty()) {
                throw new IllegalArgumentException("line " + number + " has an empty token");
            }
            String groups = columns.size() > 3 ? columns.get(3) : "";
            var user = new User(
                    columns.get(1),
                    columns.get(2),
                    groups.isEmpty() ? List.of() : List.of(groups.split(",", -1)),
                    new TreeMap<>());
            if (users.put(columns.get(0), user) != null) {
                throw new IllegalArgumentException("line " + number + " has a token that an earlier line has");
            }
        }
        return users;
    }

    private static List<String> columns(String line, int number) {
        var columns = new ArrayList<String>();
        var column = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                column.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                columns.add(column.toString().strip());
                column.setLength(0);
            } else {
                column.append(c);
            }
        }
        if (quoted) {
            throw new IllegalArgumentException("line " + number + " has a quote that does not end");
        }
        columns.add(column.toString().strip());
        return columns;
    }
}
