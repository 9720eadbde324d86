package dev.jarbor.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Cbor;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** What is sent to break a server is refused quickly, with a 4xx, and costs it little. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class HostileInputTest {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final int MIB = 1024 * 1024;

    private HttpCluster cluster;

    @BeforeAll
    void start() {
        cluster = new HttpCluster();
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    private int post(String type, byte[] body) {
        return send("POST", MAPS, type, body);
    }

    private int send(String method, String path, String type, byte[] body) {
        HttpRequest.Builder request = cluster.request(path)
                .header("Content-Type", type)
                .timeout(Duration.ofSeconds(20))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        return HttpCluster.send(cluster.admin, request).statusCode();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void tenThousandLevelsAreRefusedInEveryEncoding() {
        String lists = "[".repeat(10_000) + "]".repeat(10_000);
        String objects = "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000);
        byte[] cbor = HexFormat.of().parseHex("81".repeat(10_000) + "00");

        assertThat(post("application/json", bytes(lists))).isEqualTo(400);
        assertThat(post("application/json", bytes(objects))).isEqualTo(400);
        assertThat(post("application/yaml", bytes(lists))).isEqualTo(400);
        assertThat(post("application/yaml", bytes("- ".repeat(10_000) + "1"))).isEqualTo(400);
        assertThat(post("application/cbor", cbor)).isEqualTo(400);
        assertThat(send("PATCH", MAPS + "/x", "application/merge-patch+json", bytes(objects)))
                .isBetween(400, 499);
        assertThat(send("PATCH", MAPS + "/x", "application/json-patch+json", bytes(lists)))
                .isBetween(400, 499);
    }

    @Test
    void aBombOfAliasesIsRefused() {
        var bomb = new StringBuilder("a: &a [x,x,x,x,x,x,x,x,x]\n");
        for (char c = 'b'; c <= 'j'; c++) {
            char before = (char) (c - 1);
            bomb.append(c)
                    .append(": &")
                    .append(c)
                    .append(" [")
                    .append(("*" + before + ",").repeat(9))
                    .append("x]\n");
        }

        assertThat(post("application/yaml", bytes(bomb.toString()))).isEqualTo(400);
    }

    @Test
    void aBombOfSmallValuesIsRefused() {
        assertThat(post("application/json", bytes("[" + "{},".repeat(900_000) + "{}]")))
                .isBetween(400, 499);
        assertThat(post("application/json", bytes("{\"data\":{\"a\":" + "1".repeat(2_000_000) + "}}")))
                .isBetween(400, 499);
        assertThat(post("application/cbor", Cbor.bytes(ListValue.of(Collections.nCopies(900_000, Value.of(1))))))
                .isBetween(400, 499);
    }

    @Test
    void aHundredMebibytesAreNotRead() {
        int answered;
        try {
            HttpResponse<String> answer = cluster.admin.send(
                    cluster.request(MAPS)
                            .header("Content-Type", "application/json")
                            .timeout(Duration.ofSeconds(30))
                            .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new Endless(100L * MIB)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            answered = answer.statusCode();
        } catch (IOException cut) {
            // a server may also hang up on who goes on talking
            answered = 413;
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
        assertThat(answered).isEqualTo(413);
        assertThat(cluster.get("/version").statusCode()).isEqualTo(200);
    }

    private static final class Endless extends InputStream {
        private long left;

        Endless(long length) {
            this.left = length;
        }

        @Override
        public int read() {
            return left-- > 0 ? ' ' : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(length, left);
            Arrays.fill(target, offset, offset + count, (byte) ' ');
            left -= count;
            return count;
        }
    }

    @Test
    void compressedBodiesAreNotUnpacked() {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            byte[] zeros = new byte[MIB];
            for (int i = 0; i < 100; i++) {
                gzip.write(zeros);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        HttpRequest.Builder request = cluster.request(MAPS)
                .header("Content-Type", "application/json")
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray()));

        assertThat(HttpCluster.send(cluster.admin, request).statusCode()).isBetween(400, 499);
    }

    @Test
    void hugeSelectorsAndTokensAreRefused() {
        String selector = "a%20in%20(" + "x,".repeat(15_000) + "y)";

        assertThat(cluster.get(MAPS + "?labelSelector=" + "a,".repeat(10_000) + "(")
                        .statusCode())
                .isEqualTo(400);
        assertThat(cluster.get(MAPS + "?labelSelector=" + selector).statusCode())
                .isLessThan(500);
        assertThat(cluster.get(MAPS + "?fieldSelector=" + "metadata.name=x,".repeat(3_000) + "y")
                        .statusCode())
                .isEqualTo(400);
        assertThat(cluster.get(MAPS + "?limit=1&continue=" + "A".repeat(40_000)).statusCode())
                .isEqualTo(400);
    }

    @Test
    void oddPathsAreNotFoundOrRefused() {
        for (String path : new String[] {
            "/api/v1/namespaces/%00/pods",
            "/api//v1///pods",
            "/apis/a/b/c/d/e/f/g",
            "/api/v1/pods/%2e%2e/x",
            "/%ff%fe",
            "/api/v1/watch/",
            "/api/v1/namespaces/a/b/c/d/e/f",
            "/api/v1/namespaces/default/pods/x/proxy/../../y"
        }) {
            assertThat(cluster.get(path).statusCode()).as(path).isLessThan(500);
        }
    }
}
