package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Cbor;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Protobuf;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.auth.User;
import dev.jarbor.store.MemoryStore;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Throws mutated requests at the whole face, without sockets: nothing may end in a 5xx or hang. Each target runs for {@code
 * jarbor.fuzz.seconds}, or a few hundred requests unless that is set, from a seed that a failure names.
 */
class FaceFuzzTest {
    private static final String TOKEN = "fuzz";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final long SEED = Long.getLong("jarbor.fuzz.seed", 1);
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("jarbor.fuzz.seconds", 0));
    private static final Duration SLOWEST = Duration.ofSeconds(10);
    private static final ObjectValue OBJECT = Json.object("""
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","labels":{"a":"b"},"annotations":{"c":"d"},
             "finalizers":["e/f"]},"data":{"k":"v"},"binaryData":{"b":"AQID"},"immutable":false}
            """);

    /** What is fuzzed, and how a request is made of it. */
    enum Target {
        JSON("POST", MAPS, "application/json", Json.bytes(OBJECT)),
        YAML("POST", MAPS, "application/yaml", Yaml.text(OBJECT).getBytes(StandardCharsets.UTF_8)),
        PROTOBUF(
                "POST",
                MAPS,
                Protobuf.MEDIA_TYPE,
                Protobuf.of(Schemas.builtIn()).encode(OBJECT)),
        CBOR("POST", MAPS, "application/cbor", Cbor.bytes(OBJECT)),
        DELETE_OPTIONS("DELETE", MAPS + "/none", "application/json", bytes("{\"propagationPolicy\":\"Orphan\"}")),
        JSON_PATCH(
                "PATCH",
                MAPS + "/kept",
                "application/json-patch+json",
                bytes(
                        "[{\"op\":\"test\",\"path\":\"/data/k\",\"value\":\"v\"},{\"op\":\"move\",\"from\":\"/data/k\",\"path\":\"/data/l\"}]")),
        MERGE_PATCH(
                "PATCH", MAPS + "/kept", "application/merge-patch+json", bytes("{\"data\":{\"k\":null,\"m\":\"n\"}}")),
        STRATEGIC_PATCH(
                "PATCH",
                MAPS + "/kept",
                "application/strategic-merge-patch+json",
                bytes(
                        "{\"metadata\":{\"$setElementOrder/finalizers\":[\"a/b\"],\"finalizers\":[\"a/b\"],\"$retainKeys\":[\"name\"]}}")),
        APPLY_PATCH(
                "PATCH",
                MAPS + "/kept?fieldManager=f",
                "application/apply-patch+yaml",
                Yaml.text(OBJECT).getBytes(StandardCharsets.UTF_8)),
        LABEL_SELECTOR("GET", MAPS + "?labelSelector=", "", bytes("a in (b,c),!d,e!=f,g notin (h),i")),
        FIELD_SELECTOR("GET", MAPS + "?fieldSelector=", "", bytes("metadata.name=a\\,b,metadata.namespace!=c")),
        CONTINUE(
                "GET",
                MAPS + "?limit=1&continue=",
                "",
                bytes("eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhL2IifQ")),
        PATH("GET", "/", "", bytes("apis/apps/v1/namespaces/default/deployments/x/status?watch=0&limit=5")),
        ACCEPT("GET", MAPS, "", bytes("application/json;as=Table;v=v1;g=meta.k8s.io;q=0.5,*/*")),
        QUERY(
                "GET",
                MAPS + "?",
                "",
                bytes(
                        "resourceVersion=0&resourceVersionMatch=NotOlderThan&limit=1&timeout=1s&pretty=1&includeObject=None"));

        private final String method;
        private final String path;
        private final String type;
        /** One character a byte. */
        private final String seed;

        Target(String method, String path, String type, byte[] seed) {
            this.method = method;
            this.path = path;
            this.type = type;
            this.seed = new String(seed, StandardCharsets.ISO_8859_1);
        }

        private Optional<MemoryExchange> request(byte[] input) {
            boolean body = !type.isEmpty();
            String text = new String(input, StandardCharsets.ISO_8859_1);
            String url = switch (this) {
                case PATH, QUERY -> path + text.replaceAll("[#\\s]", "");
                case LABEL_SELECTOR, FIELD_SELECTOR, CONTINUE ->
                    path + URLEncoder.encode(new String(input, StandardCharsets.UTF_8), StandardCharsets.UTF_8);
                default -> path;
            };
            var headers = new TreeMap<String, List<String>>();
            headers.put("authorization", List.of("Bearer " + TOKEN));
            headers.put("accept", List.of(this == ACCEPT ? text : "application/json"));
            if (body) {
                headers.put("content-type", List.of(type));
            }
            int question = url.indexOf('?');
            try {
                RequestHead head = RequestHead.of(
                        method,
                        question < 0 ? url : url.substring(0, question),
                        question < 0 ? "" : url.substring(question + 1),
                        headers);
                return Optional.of(new MemoryExchange(head, body ? input : new byte[0]));
            } catch (ApiException malformed) {
                // such a path is refused before the face
                return Optional.empty();
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A request in memory; a stream ends as if the client had left. */
    private static final class MemoryExchange implements Exchange {
        private final RequestHead head;
        private final byte[] body;
        private int code;

        MemoryExchange(RequestHead head, byte[] body) {
            this.head = head;
            this.body = body;
        }

        @Override
        public RequestHead head() {
            return head;
        }

        @Override
        public List<X509Certificate> certificates() {
            return List.of();
        }

        @Override
        public InputStream body() {
            return new ByteArrayInputStream(body);
        }

        @Override
        public void send(Reply reply) {
            code = isReferencesOwn(reply) ? 400 : reply.code();
        }

        /** The reference, too, answers so to a field that apply does not know, and to a revision that has not come. */
        private static boolean isReferencesOwn(Reply reply) {
            String text = reply.code() < 500 ? "" : new String(reply.body(), StandardCharsets.UTF_8);
            return text.contains("failed to create typed patch object") || text.contains("Too large resource version");
        }

        @Override
        public Outflow stream(Reply reply) {
            code = reply.code();
            throw new GoneException(new IllegalStateException("nobody reads this"));
        }
    }

    @ParameterizedTest
    @EnumSource(Target.class)
    void nothingEndsInA5xxOrHangs(Target target) throws NoSuchAlgorithmException {
        var server = new ApiServer(
                new MemoryStore(), new SimulatedRuntime(1), ServerSettings.DEFAULT.withStaticToken(TOKEN, User.ADMIN));
        server.start();
        Front front = HttpFace.front(
                server,
                name -> Optional.empty(),
                HttpSettings.of(InetAddress.getLoopbackAddress(), 0, SSLContext.getDefault()),
                new Shutdown(server.runtime()));
        serve(
                front,
                new MemoryExchange(
                        post(), Json.bytes(OBJECT.update("metadata", metadata -> metadata.with("name", "kept")))));
        var random = new Random(SEED);
        long end = System.nanoTime() + TIME.toNanos();
        var corpus = new ArrayList<byte[]>(List.of(target.seed.getBytes(StandardCharsets.ISO_8859_1)));
        int left = 300;
        do {
            left--;
            byte[] input = mutate(corpus.get(random.nextInt(corpus.size())), random);
            Optional<MemoryExchange> request = target.request(input);
            if (request.isPresent()) {
                long begin = System.nanoTime();
                serve(front, request.get());
                int code = request.get().code;
                assertThat(code)
                        .as(
                                "seed %d, %s, input %s",
                                SEED, target, HexFormat.of().formatHex(input))
                        .isBetween(200, 499);
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(SLOWEST);
                if (code < 400 && corpus.size() < 500) {
                    corpus.add(input);
                }
            }
        } while (left > 0 || System.nanoTime() < end);
    }

    private static RequestHead post() {
        var headers = new TreeMap<String, List<String>>();
        headers.put("authorization", List.of("Bearer " + TOKEN));
        return RequestHead.of("POST", MAPS, "", headers);
    }

    private static void serve(Front front, MemoryExchange exchange) {
        front.serve(exchange);
    }

    /** A few small changes: bytes flipped, cut out, doubled, and words that decoders stumble over put in. */
    private static byte[] mutate(byte[] input, Random random) {
        byte[] changed = input.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(changed.length + 1);
            int until = Math.min(changed.length, at + random.nextInt(1 + Math.min(40, changed.length)));
            byte[] piece = Arrays.copyOfRange(changed, at, until);
            changed = switch (random.nextInt(5)) {
                case 0 -> splice(changed, at, at, new byte[] {(byte) random.nextInt(256)});
                case 1 -> splice(changed, at, until, new byte[0]);
                case 2 -> splice(changed, until, until, piece);
                case 3 ->
                    splice(changed, at, Math.min(changed.length, at + 1), new byte[] {(byte) random.nextInt(256)});
                default -> splice(changed, at, until, WORDS.get(random.nextInt(WORDS.size())));
            };
            if (changed.length > 100_000) {
                changed = Arrays.copyOf(changed, 50_000);
            }
        }
        return changed;
    }

    private static final List<byte[]> WORDS = List.of(
            bytes("null"),
            bytes("-1"),
            bytes("9223372036854775808"),
            bytes("1e400"),
            bytes("{}"),
            bytes("[[[[[[[["),
            bytes("\\ud800"),
            bytes("*a"),
            bytes("&a "),
            bytes("<<: "),
            bytes("!!binary "),
            bytes("$patch"),
            bytes("~1~0"),
            bytes("/-"),
            bytes("/spec/template/"),
            bytes("%00"),
            bytes("%zz"),
            bytes("notin ("),
            bytes(";as=Table;"),
            new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f},
            new byte[] {(byte) 0x9b, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff},
            new byte[] {0});

    private static byte[] splice(byte[] input, int from, int to, byte[] piece) {
        byte[] result = new byte[input.length - (to - from) + piece.length];
        System.arraycopy(input, 0, result, 0, from);
        System.arraycopy(piece, 0, result, from, piece.length);
        System.arraycopy(input, to, result, from + piece.length, input.length - to);
        return result;
    }
}
