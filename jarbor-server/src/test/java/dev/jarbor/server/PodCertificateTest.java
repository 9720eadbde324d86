package dev.jarbor.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.Query;
import dev.jarbor.client.Verb;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.registry.RuntimeConfig;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Pem;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

/** Certificates for pods: who has the key, what the signer answers; and bundles of authorities. */
class PodCertificateTest {
    private static final String REQUESTS = "certificates.k8s.io/v1beta1/namespaces/default/podcertificaterequests";
    private static final String BUNDLES = "certificates.k8s.io/v1beta1/clustertrustbundles";

    private final TestServer cluster = new TestServer(ServerSettings.DEFAULT.withApis(RuntimeConfig.EVERYTHING));

    private static KeyPair pair(String algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        } else if (algorithm.equals("RSA")) {
            generator.initialize(3072);
        }
        return generator.generateKeyPair();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String signed(KeyPair keys, Signature algorithm, String text) throws GeneralSecurityException {
        algorithm.initSign(keys.getPrivate());
        algorithm.update(text.getBytes(StandardCharsets.UTF_8));
        return base64(algorithm.sign());
    }

    private static String request(KeyPair keys) throws Exception {
        return base64(new JcaPKCS10CertificationRequestBuilder(new X500Name(""), keys.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                .getEncoded());
    }

    private ObjectValue ask(String name, String signer, String key) {
        return cluster.create(
                REQUESTS,
                "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"signerName\":\"" + signer
                        + "\",\"podName\":\"p\",\"podUID\":\"p1\",\"serviceAccountName\":\"a\",\"serviceAccountUID\":\"a1\","
                        + "\"nodeName\":\"n\",\"nodeUID\":\"n1\"," + key + "}}");
    }

    private static String proof(KeyPair keys, String proof) {
        return "\"pkixPublicKey\":\"" + base64(keys.getPublic().getEncoded()) + "\",\"proofOfPossession\":\"" + proof
                + "\"";
    }

    @Test
    void whoAsksHasTheKey() throws Exception {
        KeyPair curve = pair("EC");
        ObjectValue asked = ask("a", "example.org/s", "\"stubPKCS10Request\":\"" + request(curve) + "\"");
        assertThat(asked.object("spec").integer("maxExpirationSeconds")).isEqualTo(86_400);

        ask("b", "example.org/s", proof(curve, signed(curve, Signature.getInstance("SHA256withECDSA"), "p1")));
        KeyPair edwards = pair("Ed25519");
        ask("c", "example.org/s", proof(edwards, signed(edwards, Signature.getInstance("Ed25519"), "p1")));
        KeyPair rsa = pair("RSA");
        for (int salt : new int[] {32, 350}) {
            Signature padded = Signature.getInstance("RSASSA-PSS");
            padded.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, salt, 1));
            ask("d" + salt, "example.org/s", proof(rsa, signed(rsa, padded, "p1")));
        }

        String another = signed(curve, Signature.getInstance("SHA256withECDSA"), "p2");
        assertThatThrownBy(() -> ask("e", "example.org/s", proof(curve, another)))
                .hasMessageContaining(
                        "spec.proofOfPossession: Invalid value: could not verify proof-of-possession signature");
        assertThatThrownBy(() -> ask("e", "example.org/s", "\"nodeName\":\"n\""))
                .hasMessageContaining(
                        "exactly one of (stubPKCS10Request) or (pkixPublicKey, proofOfPossession) must be" + " set");
        assertThatThrownBy(() -> ask("e", "example.org/s", "\"stubPKCS10Request\":\"AAAA\""))
                .hasMessageContaining("spec.stubPKCS10Request: Invalid value: \"AAAA\": must be a valid PKCS#10 CSR");
    }

    @Test
    void aRequestSaysForWhomAndForHowLong() throws Exception {
        String key = "\"stubPKCS10Request\":\"" + request(pair("EC")) + "\"";
        assertThatThrownBy(() -> ask("a", "kubernetes.io/x", key + ",\"maxExpirationSeconds\":90000"))
                .hasMessageContaining(
                        "spec.maxExpirationSeconds: Invalid value: 90000: must be in the range [3600, 86400]");
        assertThatThrownBy(() -> ask("a", "s", key + ",\"unverifiedUserAnnotations\":{\"a\":\"b\"}"))
                .hasMessageContaining(
                        "spec.signerName: Invalid value: \"s\": must be a fully qualified domain and path")
                .hasMessageContaining("spec.unverifiedUserAnnotations: Invalid value: \"a\": must be a domain-prefixed"
                        + " key (such as \"acme.io/foo\")");

        ask("a", "example.org/s", key);
        ObjectValue changed = cluster.get(REQUESTS + "/a").update("spec", spec -> spec.with("podName", "q"));
        assertThatThrownBy(() -> cluster.update(REQUESTS + "/a", changed)).hasMessageContaining("field is immutable");
    }

    private static X509Certificate certificate(KeyPair keys, Instant from, Duration life)
            throws GeneralSecurityException, OperatorCreationException {
        var name = new X500Name("CN=x");
        return new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                BigInteger.ONE,
                                Date.from(from),
                                Date.from(from.plus(life)),
                                name,
                                keys.getPublic())
                        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    }

    private ObjectValue answer(String name, String condition, ObjectValue more) {
        ObjectValue status = more.with(
                "conditions", Json.parse("[{\"type\":\"" + condition + "\",\"status\":\"True\",\"reason\":\"Done\"}]"));
        return cluster.update(
                REQUESTS + "/" + name + "/status",
                cluster.get(REQUESTS + "/" + name).with("status", status));
    }

    @Test
    void theSignerAnswersOnceWithACertificateThatFits() throws Exception {
        KeyPair keys = pair("EC");
        ask("a", "example.org/s", "\"stubPKCS10Request\":\"" + request(keys) + "\"");
        Instant from = cluster.runtime.now().truncatedTo(ChronoUnit.SECONDS);
        Duration life = Duration.ofHours(2);
        ObjectValue times = ObjectValue.EMPTY
                .with("notBefore", from.toString())
                .with("notAfter", from.plus(life).toString())
                .with("beginRefreshAt", from.plus(Duration.ofHours(1)).toString());
        ObjectValue other = times.with("certificateChain", Pem.of(certificate(pair("EC"), from, life)));
        assertThatThrownBy(() -> answer("a", "Issued", other))
                .hasMessageContaining("leaf certificate was not issued to the requested public key");
        ObjectValue fit = times.with("certificateChain", Pem.of(certificate(keys, from, life)));
        assertThatThrownBy(() -> answer("a", "Issued", fit.without("notAfter")))
                .hasMessageContaining(
                        "status.notAfter: Required value: must be present and consistent with the issued certificate");
        assertThatThrownBy(() -> answer("a", "Issued", fit.with("beginRefreshAt", from.toString())))
                .hasMessageContaining("must be at least 10 minutes after status.notBefore");
        assertThatThrownBy(() -> answer("a", "Denied", fit))
                .hasMessageContaining("non-condition status fields must be empty when denying or failing");
        assertThatThrownBy(() -> answer("a", "Other", ObjectValue.EMPTY))
                .hasMessageContaining("supported values: \"Issued\", \"Denied\", \"Failed\"");

        ObjectValue issued = answer("a", "Issued", fit);
        assertThat(issued.object("status")
                        .list("conditions")
                        .objects()
                        .getFirst()
                        .string("lastTransitionTime"))
                .isNotEmpty();
        assertThatThrownBy(() -> answer("a", "Denied", ObjectValue.EMPTY))
                .hasMessageContaining("immutable after PodCertificateRequest is issued, denied, or failed");
    }

    @Test
    void onlyWhoMaySignDoes() throws Exception {
        KeyPair keys = pair("EC");
        ask("a", "example.org/s", "\"stubPKCS10Request\":\"" + request(keys) + "\"");
        cluster.create("rbac.authorization.k8s.io/v1/clusterroles", """
                {"metadata": {"name": "r"}, "rules": [{"apiGroups": ["certificates.k8s.io"],
                  "resources": ["podcertificaterequests", "podcertificaterequests/status"], "verbs": ["*"]}]}
                """);
        cluster.create("rbac.authorization.k8s.io/v1/clusterrolebindings", """
                {"metadata": {"name": "r"}, "roleRef": {"kind": "ClusterRole", "name": "r",
                  "apiGroup": "rbac.authorization.k8s.io"}, "subjects": [{"kind": "User", "name": "bob"}]}
                """);
        Instant from = cluster.runtime.now().truncatedTo(ChronoUnit.SECONDS);
        Duration life = Duration.ofHours(2);
        ObjectValue body = cluster.get(REQUESTS + "/a")
                .with(
                        "status",
                        ObjectValue.EMPTY
                                .with("notBefore", from.toString())
                                .with("notAfter", from.plus(life).toString())
                                .with(
                                        "beginRefreshAt",
                                        from.plus(Duration.ofHours(1)).toString())
                                .with("certificateChain", Pem.of(certificate(keys, from, life)))
                                .with(
                                        "conditions",
                                        Json.parse("[{\"type\":\"Issued\",\"status\":\"True\",\"reason\":\"Done\"}]")));

        assertThatThrownBy(() -> cluster.server.handle(
                        User.of("bob", User.AUTHENTICATED),
                        ApiRequest.of(Verb.UPDATE, TestServer.path(REQUESTS + "/a/status"), Query.NONE, body)))
                .hasMessageContaining("spec.signerName: Forbidden: User \"bob\" is not permitted to \"sign\" for signer"
                        + " \"example.org/s\"");
    }

    @Test
    void aBundleHoldsAuthoritiesEachOnce() throws Exception {
        String ca = Pem.of(CertificateAuthority.create("ca", cluster.runtime).certificate());
        String leaf = Pem.of(certificate(pair("EC"), cluster.runtime.now(), Duration.ofHours(1)));
        cluster.create(BUNDLES, bundle("example.org:s:a", "example.org/s", "about it\n" + ca));
        cluster.create(BUNDLES, bundle("a", "", ca));

        assertThatThrownBy(() -> cluster.create(BUNDLES, bundle("b", "example.org/s", ca)))
                .hasMessageContaining("metadata.name: Invalid value: \"b\": ClusterTrustBundle for signerName"
                        + " example.org/s must be named with prefix example.org:s:");
        assertThatThrownBy(() -> cluster.create(BUNDLES, bundle("a:b", "", ca)))
                .hasMessageContaining("ClusterTrustBundle without signer name must not have \":\" in its name");
        assertThatThrownBy(() -> cluster.create(BUNDLES, bundle("b", "", "nothing")))
                .hasMessageContaining("spec.trustBundle: Invalid value: \"<value omitted>\": at least one trust anchor"
                        + " must be provided");
        assertThatThrownBy(() -> cluster.create(BUNDLES, bundle("b", "", ca + ca)))
                .hasMessageContaining("duplicate trust anchor (indices [0 1])");
        String headed = ca.replaceFirst("-----\n", "-----\nwho: me\n\n");
        String key = Pem.of(pair("EC").getPrivate());
        assertThatThrownBy(() -> cluster.create(BUNDLES, bundle("b", "", key + headed + leaf)))
                .hasMessageContaining("entry 0 has bad block type: PRIVATE KEY")
                .hasMessageContaining("entry 1 has PEM block headers")
                .hasMessageContaining("entry 2 does not have the CA bit set");
    }

    private static String bundle(String name, String signer, String text) {
        return Json.text(Json.object("{\"metadata\":{\"name\":\"" + name + "\"}}")
                .with("spec", ObjectValue.EMPTY.with("signerName", signer).with("trustBundle", text)));
    }
}
