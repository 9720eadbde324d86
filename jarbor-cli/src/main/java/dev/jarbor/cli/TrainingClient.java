package dev.jarbor.cli;

import dev.jarbor.api.codec.Protobuf;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.client.http.ClientConfig;
import dev.jarbor.client.http.Tls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Asks a cluster what kubectl asks first: discovery, OpenAPI, tables, a watch, an object posted as protobuf. What the
 * answers say is not looked at, only that they are no refusals.
 */
final class TrainingClient implements AutoCloseable {
    private static final String TABLE =
            "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json";
    private static final String DISCOVERY =
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    private static final String JSON = "application/json";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final URI server;
    private final HttpClient client;

    TrainingClient(ClientConfig config, Version version) {
        this.server = config.server();
        this.client = HttpClient.newBuilder()
                .version(version)
                .sslContext(Tls.context(config))
                .build();
    }

    void ask() throws IOException, InterruptedException {
        get("/version", JSON);
        get("/api", DISCOVERY);
        get("/apis", DISCOVERY);
        get("/openapi/v3", JSON);
        get("/openapi/v3/apis/apps/v1", JSON);
        for (String path : List.of(
                "/api/v1/nodes",
                "/api/v1/namespaces/default/pods",
                "/api/v1/namespaces/default/services",
                "/apis/apps/v1/namespaces/default/deployments")) {
            get(path + "?limit=500", TABLE);
        }
        get("/api/v1/namespaces/default/events", JSON);
        get("/api/v1/namespaces/default/pods?watch=true&timeoutSeconds=1", TABLE);
        post();
    }

    private void post() throws IOException, InterruptedException {
        String collection = "/api/v1/namespaces/default/configmaps";
        ConfigMap object = ConfigMap.named("default", "train").withData(Map.of("key", "value"));
        send(request(collection, JSON)
                .header("Content-Type", Protobuf.MEDIA_TYPE)
                .POST(BodyPublishers.ofByteArray(Protobuf.of(Schemas.builtIn()).encode(object.value()))));
        send(request(collection + "/train", JSON).DELETE());
    }

    private void get(String target, String accept) throws IOException, InterruptedException {
        send(request(target, accept));
    }

    private HttpRequest.Builder request(String target, String accept) {
        return HttpRequest.newBuilder(server.resolve(target))
                .header("Accept", accept)
                .timeout(PATIENCE);
    }

    private void send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() >= 400) {
            throw new Refusal(answer.request().method() + " " + answer.uri() + ": " + answer.body());
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
