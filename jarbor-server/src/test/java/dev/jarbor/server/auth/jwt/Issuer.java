package dev.jarbor.server.auth.jwt;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Pem;
import dev.jarbor.server.tls.TlsContexts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** An issuer of tokens, over TLS with an authority of its own. */
final class Issuer implements AutoCloseable {
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    final AtomicInteger asked = new AtomicInteger();
    final String authority;
    private final HttpsServer server;
    private volatile KeyPair keys = rsa();
    private volatile String keyId = "key-1";
    private volatile String algorithm = "RS256";
    /** What is told to those who ask for groups: a token. */
    volatile String distributed = "";

    Issuer(Runtime runtime) {
        CertificateAuthority signer = CertificateAuthority.create("issuers", runtime);
        authority = Pem.of(signer.certificate());
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(
                TlsContexts.server(signer.server("issuer", List.of("localhost", "127.0.0.1")), List.of(), List.of())));
        serve("/.well-known/openid-configuration", this::configuration);
        serve("/elsewhere", this::configuration);
        server.createContext("/groups", exchange -> {
            boolean allowed = List.of("Bearer opens-groups")
                    .equals(exchange.getRequestHeaders().get("Authorization"));
            byte[] bytes = distributed.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(allowed ? 200 : 403, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        serve("/keys", () -> ObjectValue.of("keys", ListValue.of(jwk())));
        server.start();
    }

    private void serve(String path, Supplier<ObjectValue> answer) {
        server.createContext(path, exchange -> {
            asked.incrementAndGet();
            byte[] bytes = Json.text(answer.get()).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private ObjectValue configuration() {
        return ObjectValue.builder()
                .put("issuer", url())
                .put("jwks_uri", url() + "/keys")
                .build();
    }

    String url() {
        return "https://localhost:" + server.getAddress().getPort();
    }

    /** Signs with a new key from now on, and knows the former one no more. */
    void rotate(String id, String signedWith) {
        keys = signedWith.startsWith("ES") ? elliptic(signedWith) : rsa();
        keyId = id;
        algorithm = signedWith;
    }

    /** @param claims beside {@code iss} */
    String token(String claims) {
        ObjectValue all = Json.object(claims);
        ObjectValue said = all.has("iss") ? all : all.with("iss", url());
        ObjectValue header =
                ObjectValue.builder().put("alg", algorithm).put("kid", keyId).build();
        String content = text(header) + "." + text(said);
        return content + "." + ENCODER.encodeToString(signed(content.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String text(ObjectValue value) {
        return ENCODER.encodeToString(Json.text(value).getBytes(StandardCharsets.UTF_8));
    }

    private byte[] signed(byte[] content) {
        try {
            Signature signature = Signature.getInstance(
                    switch (algorithm) {
                        case "RS256" -> "SHA256withRSA";
                        case "PS384" -> "RSASSA-PSS";
                        case "ES512" -> "SHA512withECDSAinP1363Format";
                        default -> throw new IllegalArgumentException(algorithm);
                    });
            if (algorithm.equals("PS384")) {
                signature.setParameter(
                        new PSSParameterSpec("SHA-384", "MGF1", new MGF1ParameterSpec("SHA-384"), 48, 1));
            }
            signature.initSign(keys.getPrivate());
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private ObjectValue jwk() {
        ObjectValue.Builder jwk = ObjectValue.builder().put("kid", keyId).put("use", "sig");
        return switch (keys.getPublic()) {
            case RSAPublicKey rsa ->
                jwk.put("kty", "RSA")
                        .put("n", number(rsa.getModulus()))
                        .put("e", number(rsa.getPublicExponent()))
                        .build();
            case ECPublicKey ec ->
                jwk.put("kty", "EC")
                        .put("crv", "P-521")
                        .put("x", number(ec.getW().getAffineX()))
                        .put("y", number(ec.getW().getAffineY()))
                        .build();
            default -> throw new IllegalStateException();
        };
    }

    private static String number(BigInteger number) {
        byte[] bytes = number.toByteArray();
        return ENCODER.encodeToString(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static KeyPair elliptic(String signedWith) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(signedWith.equals("ES512") ? "secp521r1" : "secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
