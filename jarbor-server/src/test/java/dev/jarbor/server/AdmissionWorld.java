package dev.jarbor.server;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.admission.AdmissionSettings;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.registry.RuntimeConfig;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;

/** A server with one namespace, {@code shop}, that has its service account; objects are written as YAML. */
final class AdmissionWorld {
    static final String PODS = "v1/namespaces/shop/pods";

    final TestServer cluster;

    AdmissionWorld() {
        this(AdmissionSettings.DEFAULT);
    }

    AdmissionWorld(AdmissionSettings settings) {
        cluster = new TestServer(ServerSettings.DEFAULT.withAdmission(settings).withApis(RuntimeConfig.EVERYTHING));
        create("v1/namespaces", "metadata: {name: shop}");
        create("v1/namespaces/shop/serviceaccounts", "metadata: {name: default}");
    }

    static ObjectValue yaml(String text) {
        return Yaml.parse(text) instanceof ObjectValue object ? object : ObjectValue.EMPTY;
    }

    ObjectValue create(String path, String yaml) {
        return as(User.ADMIN, Verb.CREATE, path, yaml(yaml)).body();
    }

    /** A pod of one container {@code c1}, with {@code spec} beside its containers. */
    ObjectValue pod(String name, String spec) {
        return create(PODS, podText(name, "", spec));
    }

    static String podText(String name, String metadata, String spec) {
        return "metadata: {name: " + name + metadata + "}\nspec:\n  containers: [{name: c1, image: nginx}]\n"
                + spec.indent(2);
    }

    Answer as(User user, Verb verb, String path, ObjectValue body) {
        return cluster.server.handle(user, ApiRequest.of(verb, TestServer.path(path), Query.NONE, body));
    }

    ObjectValue get(String path) {
        return cluster.get(path);
    }

    ObjectValue update(String path, ObjectValue object) {
        return cluster.update(path, object);
    }

    /** Something that asks the server. */
    interface Request {
        void make() throws GeneralSecurityException, IOException;
    }

    /** What the server says when it refuses; "" where it does not. */
    static String refusal(Request request) {
        return refused(request)
                .map(refused -> String.valueOf(refused.getMessage()))
                .orElse("");
    }

    /** The status code of a refusal; 200 where there is none. */
    static int code(Request request) {
        return refused(request).map(refused -> refused.status().code()).orElse(200);
    }

    private static Optional<ApiException> refused(Request request) {
        try {
            request.make();
            return Optional.empty();
        } catch (ApiException refused) {
            return Optional.of(refused);
        } catch (GeneralSecurityException | IOException broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** The warnings of a request. */
    List<String> warnings(Verb verb, String path, String yaml) {
        return as(User.ADMIN, verb, path, yaml(yaml)).warnings();
    }
}
