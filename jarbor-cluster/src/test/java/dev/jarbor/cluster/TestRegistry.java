package dev.jarbor.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A registry on loopback that serves one image in several versions (OCI distribution specification, the part that pulls
 * need): so pulls, pull policies and images that do not exist are real in tests, without a download.
 */
final class TestRegistry implements AutoCloseable {
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Content(String mediaType, byte[] bytes) {
        String digest() {
            return TestRegistry.digest(bytes);
        }

        ObjectValue descriptor() {
            return ObjectValue.builder()
                    .put("mediaType", mediaType)
                    .put("digest", digest())
                    .put("size", (long) bytes.length)
                    .build();
        }
    }

    private final HttpServer server;
    private final Map<String, Content> contents = new ConcurrentHashMap<>();

    private TestRegistry(HttpServer server) {
        this.server = server;
    }

    /** @param layer the root file system as an uncompressed tar */
    static TestRegistry serving(byte[] layer, List<String> versions) throws IOException {
        var registry =
                new TestRegistry(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        Content rootFs = registry.keep("application/vnd.oci.image.layer.v1.tar", layer);
        for (String version : versions) {
            Content config = registry.keep("application/vnd.oci.image.config.v1+json", config(rootFs, version));
            Content manifest = registry.keep(MANIFEST, manifest(config, rootFs));
            registry.contents.put(version, manifest);
        }
        registry.server.createContext("/v2/", registry::answer);
        registry.server.start();
        return registry;
    }

    /** The image as a pod names it; one of a version that is not served does not exist. */
    String image(String version) {
        return "127.0.0.1:" + server.getAddress().getPort() + "/test/tools:" + version;
    }

    private Content keep(String mediaType, byte[] bytes) {
        var content = new Content(mediaType, bytes);
        contents.put(content.digest(), content);
        return content;
    }

    private static byte[] config(Content layer, String version) {
        return Json.bytes(ObjectValue.builder()
                .put("architecture", architecture())
                .put("os", "linux")
                .put(
                        "config",
                        ObjectValue.of("Env", ListValue.ofStrings(List.of("PATH=/bin:/usr/bin", "VERSION=" + version))))
                .put(
                        "rootfs",
                        ObjectValue.of("type", Value.of("layers"))
                                .with("diff_ids", ListValue.ofStrings(List.of(layer.digest()))))
                .build());
    }

    private static String architecture() {
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return name.equals("aarch64") ? "arm64" : "amd64";
    }

    private static byte[] manifest(Content config, Content layer) {
        return Json.bytes(ObjectValue.builder()
                .put("schemaVersion", 2L)
                .put("mediaType", MANIFEST)
                .put("config", config.descriptor())
                .put("layers", ListValue.of(new ArrayList<Value>(List.of(layer.descriptor()))))
                .build());
    }

    private static String digest(byte[] bytes) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void answer(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        String reference = path.substring(path.lastIndexOf('/') + 1);
        try (exchange) {
            if (path.equals("/v2/")) {
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            Optional<Content> found = Optional.ofNullable(contents.get(reference));
            byte[] body = found.map(Content::bytes)
                    .orElse("{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}".getBytes(StandardCharsets.UTF_8));
            found.ifPresent(content -> {
                exchange.getResponseHeaders().set("Content-Type", content.mediaType());
                exchange.getResponseHeaders().set("Docker-Content-Digest", content.digest());
            });
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (head) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            }
            exchange.sendResponseHeaders(found.isPresent() ? 200 : 404, head ? -1 : body.length);
            if (!head) {
                exchange.getResponseBody().write(body);
            }
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
