package dev.jarbor.controllers.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.certificates.v1.CertificateSigningRequest;
import dev.jarbor.api.certificates.v1beta1.PodCertificateRequest;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.controllers.World;
import dev.jarbor.controllers.certificates.CertificateSigning.Requested;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the built-in signers sign, and the loops that sign and clean up. */
class CertificatesTest {
    private static final Requested NODE = new Requested("system:node:n1", List.of("system:nodes"), 0, 0, 0, 0);
    private static final Requested SERVING = new Requested("system:node:n1", List.of("system:nodes"), 1, 1, 0, 0);
    private static final List<String> CLIENT = List.of("digital signature", "client auth");
    private static final List<String> SERVER = List.of("digital signature", "key encipherment", "server auth");

    /** Whoever asks is node n1; the certificate says what was asked. */
    private static final CertificateSigning AUTHORITY = new CertificateSigning() {
        @Override
        public Requested read(String pem) {
            return NODE;
        }

        @Override
        public String sign(String pem, List<String> usages, Duration life) {
            return "signed " + pem + " for " + life;
        }

        @Override
        public Duration longestLife() {
            return Duration.ofDays(365);
        }
    };

    @Test
    void aSignerSaysWhatItDoesNotSign() {
        assertThat(Signers.objection(Signers.KUBELET_CLIENT, NODE, CLIENT)).isEmpty();
        assertThat(Signers.objection(Signers.KUBELET_CLIENT, SERVING, CLIENT))
                .contains("DNS subjectAltNames are not allowed");
        assertThat(Signers.objection(Signers.KUBELET_CLIENT, NODE, SERVER))
                .contains("usages did not match [client auth digital signature key encipherment]");
        assertThat(Signers.objection(
                        Signers.KUBELET_CLIENT, new Requested("bob", List.of("system:nodes"), 0, 0, 0, 0), CLIENT))
                .contains("subject common name does not begin with system:node:");
        assertThat(Signers.objection(Signers.KUBELET_SERVING, SERVING, SERVER)).isEmpty();
        assertThat(Signers.objection(Signers.KUBELET_SERVING, NODE, SERVER))
                .contains("DNS or IP subjectAltName is required");
        assertThat(Signers.objection(Signers.KUBELET_SERVING, new Requested("x", List.of("ops"), 1, 0, 0, 0), SERVER))
                .contains("subject organization is not system:nodes");
        assertThat(Signers.objection(Signers.CLIENT, NODE, List.of("server auth")))
                .contains("invalid usage for client certificate: server auth");
        assertThat(Signers.objection(Signers.CLIENT, NODE, List.of("digital signature")))
                .contains("missing required usage for client certificate: client auth");
        assertThat(Signers.objection(Signers.LEGACY, NODE, List.of("code signing")))
                .isEmpty();
    }

    @Test
    void aCertificateLivesAsLongAsAskedWithinBounds() {
        Duration longest = Duration.ofDays(365);

        assertThat(Signers.life(0, longest)).isEqualTo(longest);
        assertThat(Signers.life(3600, longest)).isEqualTo(Duration.ofHours(1));
        assertThat(Signers.life(60, longest)).isEqualTo(Duration.ofMinutes(10));
        assertThat(Signers.life(366L * 24 * 3600, longest)).isEqualTo(longest);
    }

    private static CertificateSigningRequest request(String name, String signer, String conditions) {
        String pem = Base64.getEncoder().encodeToString("pem".getBytes(StandardCharsets.UTF_8));
        return CertificateSigningRequest.KIND.read(Json.object("{\"apiVersion\":\"certificates.k8s.io/v1\","
                + "\"kind\":\"CertificateSigningRequest\",\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{"
                + "\"request\":\"" + pem + "\",\"signerName\":\"" + signer + "\",\"expirationSeconds\":7200,"
                + "\"usages\":[\"digital signature\",\"client auth\"],\"username\":\"system:node:n1\"},"
                + "\"status\":{\"conditions\":[" + conditions + "]}}"));
    }

    private static ObjectValue status(World world, String name) {
        return world.the(CertificateSigningRequest.KIND, "", name).value().object("status");
    }

    @Test
    void anApprovedRequestIsSignedAndOneThatIsNotForTheSignerFails() {
        World world = new World(7);
        String approved = "{\"type\":\"Approved\",\"status\":\"True\",\"lastUpdateTime\":\"2030-01-01T00:00:00Z\"}";
        world.api.put(CertificateSigningRequest.KIND, request("good", Signers.CLIENT, approved));
        world.api.put(CertificateSigningRequest.KIND, request("bad", Signers.KUBELET_SERVING, approved));
        world.api.put(CertificateSigningRequest.KIND, request("open", Signers.CLIENT, ""));
        world.api.put(CertificateSigningRequest.KIND, request("other", "example.com/s", approved));

        world.start(new SigningController(world.api, world.informers, world.runtime, AUTHORITY));

        assertThat(new String(
                        Base64.getDecoder().decode(status(world, "good").string("certificate")),
                        StandardCharsets.UTF_8))
                .isEqualTo("signed pem for PT2H");
        assertThat(status(world, "bad").list("conditions").objects())
                .extracting(condition -> condition.string("type") + " " + condition.string("message"))
                .contains("Failed DNS or IP subjectAltName is required");
        assertThat(status(world, "open").string("certificate")).isEmpty();
        assertThat(status(world, "other").string("certificate")).isEmpty();
    }

    @Test
    void requestsAreDeletedWhenTheyAreOver() {
        World world = new World(7);
        world.api.put(CertificateSigningRequest.KIND, request("open", Signers.CLIENT, ""));
        world.api.put(
                CertificateSigningRequest.KIND,
                request(
                        "denied",
                        Signers.CLIENT,
                        "{\"type\":\"Denied\",\"status\":\"True\",\"lastUpdateTime\":\"2030-01-01T00:00:00Z\"}"));
        world.start(new CleaningController(world.api, world.informers, world.runtime));

        world.runtime.advance(Duration.ofHours(2));
        assertThat(world.api.find(CertificateSigningRequest.KIND, ObjectKey.cluster("denied")))
                .isEmpty();
        assertThat(world.api.find(CertificateSigningRequest.KIND, ObjectKey.cluster("open")))
                .isPresent();
        world.runtime.advance(Duration.ofHours(23));
        assertThat(world.api.find(CertificateSigningRequest.KIND, ObjectKey.cluster("open")))
                .isEmpty();
    }

    /** Of anybody, valid for the first half hour of 2030. */
    private static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIH/MIGmAgEBMAoGCCqGSM49BAMCMAwxCjAIBgNVBAMMAXgwHhcNMzAwMTAxMDAw
            MDAwWhcNMzAwMTAxMDAzMDAwWjAMMQowCAYDVQQDDAF4MFkwEwYHKoZIzj0CAQYI
            KoZIzj0DAQcDQgAEAn+WU+O6uFsYhp48rOgnfvvvWlb821kHbwzp6DYLmvWTYRDK
            ZZF0tHq96WQWT/c+qzB2qGJDhvYmjfTeCyBBBTAKBggqhkjOPQQDAgNIADBFAiBz
            fYRR4hX797VqE9jXg8Ymn16dUqcGpQjfnBOxxWtbSAIhALkhy+qURlFuz/VkNrTo
            6ZvQoWk4Y1g2EdKM1/+Ha8aO
            -----END CERTIFICATE-----
            """;

    @Test
    void anApprovedRequestIsOverWithItsCertificateAndWaitsForItAsLongAsItTakes() {
        String approved = "{\"type\":\"Approved\",\"status\":\"True\",\"lastUpdateTime\":\"2030-01-01T00:00:00Z\"}";
        CertificateSigningRequest waiting = request("waiting", "example.com/s", approved);
        assertThat(CleaningController.end(waiting)).isEmpty();
        assertThat(CleaningController.end(RequestState.withCertificate(waiting, "unreadable")))
                .contains(Instant.parse("2030-01-01T01:00:00Z"));
        assertThat(CleaningController.end(RequestState.withCertificate(waiting, CERTIFICATE)))
                .contains(Instant.parse("2030-01-01T00:30:00Z"));
    }

    @Test
    void requestsForCertificatesOfPodsGoAfterAQuarterOfAnHour() {
        World world = new World(1);
        world.start(new PodCertificateCleaner(world.api, world.informers, world.runtime));
        world.api.create(PodCertificateRequest.KIND, PodCertificateRequest.named("shop", "one"));
        world.runtime.advance(Duration.ofMinutes(14));
        assertThat(world.all(PodCertificateRequest.KIND)).hasSize(1);
        world.runtime.advance(Duration.ofMinutes(2));
        assertThat(world.all(PodCertificateRequest.KIND)).isEmpty();
    }
}
