package dev.jarbor.api.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds the names that a well-formed document gives twice, and words them as the reference's strict decoder does. */
final class JsonDuplicates {
    private static final int MOST = 100;

    private JsonDuplicates() {}

    static List<String> in(JsonParser parser) throws IOException {
        var found = new LinkedHashSet<String>();
        var open = new ArrayDeque<Set<String>>();
        for (JsonToken token = parser.nextToken(); token != null && found.size() < MOST; token = parser.nextToken()) {
            if (token == JsonToken.START_OBJECT) {
                open.push(new HashSet<>());
            } else if (token == JsonToken.END_OBJECT) {
                open.pop();
            } else if (token == JsonToken.FIELD_NAME && !open.element().add(parser.currentName())) {
                found.add("duplicate field " + GoText.quote(path(parser.getParsingContext())));
            }
        }
        return List.copyOf(found);
    }

    private static String path(JsonStreamContext leaf) {
        String path = "";
        for (JsonStreamContext here = leaf; here != null; here = here.getParent()) {
            if (here.inArray()) {
                path = "[" + here.getCurrentIndex() + "]" + path;
            } else if (here.inObject()) {
                path = (here.getParent().inRoot() ? "" : ".") + here.getCurrentName() + path;
            }
        }
        return path;
    }
}
