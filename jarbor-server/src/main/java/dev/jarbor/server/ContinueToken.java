package dev.jarbor.server;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where the next page of a list starts. Opaque to clients.
 *
 * @param revision the revision that all pages are of, -1 for an inconsistent continuation at whatever is newest
 * @param after the last key of the page before
 */
record ContinueToken(long revision, ObjectKey after) {
    private static final String VERSION = "meta.k8s.io/v1";
    /** Far longer than any key makes it. */
    private static final int MOST_CHARACTERS = 4096;

    String text() {
        ObjectValue token = ObjectValue.builder()
                .put("v", VERSION)
                .put("rv", revision)
                .put("start", after.namespace() + "/" + after.name())
                .build();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Json.text(token).getBytes(StandardCharsets.UTF_8));
    }

    static ContinueToken parse(String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw invalid(": longer than any token");
        }
        ObjectValue token;
        try {
            token = Json.object(Base64.getUrlDecoder().decode(text));
        } catch (IllegalArgumentException | DecodeException unreadable) {
            throw invalid(": " + unreadable.getMessage());
        }
        if (!token.string("v").equals(VERSION)) {
            throw invalid(": server does not recognize this encoded version " + token.string("v"));
        }
        if (token.integer("rv") == 0) {
            throw invalid(": incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
        }
        String start = token.string("start");
        if (start.isEmpty()) {
            throw invalid(": encoded start key empty (version meta.k8s.io/v1)");
        }
        int slash = start.indexOf('/');
        if (slash < 0 || start.indexOf('/', slash + 1) >= 0) {
            throw invalid(": " + start);
        }
        return new ContinueToken(
                token.integer("rv"), new ObjectKey(start.substring(0, slash), start.substring(slash + 1)));
    }

    private static ApiException invalid(String why) {
        return ApiException.badRequest("invalid continue token: continue key is not valid" + why);
    }
}
