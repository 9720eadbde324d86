package dev.jarbor.server;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchListener;
import dev.jarbor.server.admission.AuditAnnotations;
import dev.jarbor.server.auth.User;

/** The API as one user sees it from within the server's own process: the same pipeline, nothing encoded, nothing copied. */
record DirectApi(ApiServer server, User user, String agent, Fence fence) implements Api {
    /** What a program is called that does not say. */
    static final String AGENT = "jarbor";

    @Override
    public ObjectValue call(ApiRequest request) {
        return server.handle(user, request, agent, fence).body();
    }

    @Override
    public Watch watch(ApiRequest request, WatchListener listener) {
        return server.watch(user, request, listener, agent, AuditAnnotations.UNREAD);
    }
}
