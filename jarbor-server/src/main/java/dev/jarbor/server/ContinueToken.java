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
        try {
            ObjectValue token = Json.object(Base64.getUrlDecoder().decode(text));
            String start = token.string("start");
            int slash = start.indexOf('/');
            if (!token.string("v").equals(VERSION) || slash < 0) {
                throw malformed();
            }
            return new ContinueToken(
                    token.integer("rv"), new ObjectKey(start.substring(0, slash), start.substring(slash + 1)));
        } catch (IllegalArgumentException | DecodeException unreadable) {
            throw malformed();
        }
    }

    private static ApiException malformed() {
        return ApiException.badRequest("continue key is not valid: encoded version is not understood by this server");
    }
}
