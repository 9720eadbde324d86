package dev.jarbor.server.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.jarbor.runtime.LiveRuntime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind a proxy in a test: {@code /echo…} says what it heard, {@code /html} is a page, {@code /moved} a
 * redirect, {@code /teapot} a refusal, {@code /big} two megabytes of unknown length.
 */
final class Backend implements AutoCloseable {
    private final LiveRuntime runtime = new LiveRuntime();
    private final HttpServer server;

    Backend(@Nullable SSLContext tls) throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        if (tls == null) {
            server = HttpServer.create(address, 0);
        } else {
            HttpsServer secure = HttpsServer.create(address, 0);
            secure.setHttpsConfigurator(new HttpsConfigurator(tls));
            server = secure;
        }
        server.setExecutor(task -> runtime.execute("backend", task));
        server.createContext("/echo", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            var heard = new StringBuilder(exchange.getRequestMethod())
                    .append(' ')
                    .append(exchange.getRequestURI())
                    .append('\n');
            exchange.getRequestHeaders()
                    .forEach((name, values) ->
                            heard.append(name).append('=').append(values).append('\n'));
            heard.append("body of ").append(body.length).append('\n');
            exchange.getResponseHeaders().add("X-Backend", "yes");
            send(exchange, 200, "text/plain", heard.toString());
        });
        server.createContext("/html", exchange -> send(exchange, 200, "text/html; charset=utf-8", """
                <html><!-- <a href="/no"> --><a class=x href="/a?b=c&amp;d=e">a</a><img src='rel.png'>
                <a href="https://elsewhere.example.com/a">b</a><script>var s = "<a href='/s'>";</script></html>
                """));
        server.createContext("/moved", exchange -> {
            exchange.getResponseHeaders().add("Location", "/to/there?x=y");
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        server.createContext("/teapot", exchange -> send(exchange, 418, "text/plain", "short and stout"));
        server.createContext("/big", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (var body = exchange.getResponseBody()) {
                body.write(new byte[2 * 1024 * 1024]);
            }
        });
        server.start();
    }

    private static void send(HttpExchange exchange, int code, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", type);
        boolean bodiless = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(code, bodiless ? -1 : bytes.length);
        if (!bodiless) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        runtime.close();
    }
}
