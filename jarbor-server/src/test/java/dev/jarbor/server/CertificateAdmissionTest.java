package dev.jarbor.server;

import static dev.jarbor.server.AdmissionWorld.refusal;
import static dev.jarbor.server.AdmissionWorld.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Verb;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

/** Who may ask for, approve and sign which certificates. */
class CertificateAdmissionTest {
    private static final String REQUESTS = "certificates.k8s.io/v1/certificatesigningrequests";
    private static final User BOB = User.of("bob", User.AUTHENTICATED);

    private final AdmissionWorld world = new AdmissionWorld();

    private static String request(String subject) throws GeneralSecurityException, IOException {
        KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
        byte[] der;
        try {
            der = new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), keys.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                    .getEncoded();
        } catch (OperatorCreationException broken) {
            throw new GeneralSecurityException(broken);
        }
        String pem = "-----BEGIN CERTIFICATE REQUEST-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END CERTIFICATE REQUEST-----\n";
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
    }

    private ObjectValue ask(String name, String signer, String subject) throws GeneralSecurityException, IOException {
        return world.create(
                REQUESTS,
                "metadata: {name: " + name + "}\nspec: {signerName: " + signer + ", usages: [client auth], request: "
                        + request(subject) + "}");
    }

    private void allow(String verbs, String resources, String names) {
        world.create(
                "rbac.authorization.k8s.io/v1/clusterroles",
                "metadata: {name: r-" + resources.replace("/", "-") + "}\nrules: [{apiGroups: [certificates.k8s.io],"
                        + " resources: [" + resources + "], verbs: [" + verbs + "]"
                        + (names.isEmpty() ? "" : ", resourceNames: [" + names + "]") + "}]");
        world.create(
                "rbac.authorization.k8s.io/v1/clusterrolebindings",
                "metadata: {name: r-" + resources.replace("/", "-") + "}\nroleRef: {kind: ClusterRole, name: r-"
                        + resources.replace("/", "-")
                        + ", apiGroup: rbac.authorization.k8s.io}\nsubjects: [{kind: User, name: bob}]");
    }

    @Test
    void nobodyAsksToBecomeAMaster() {
        assertThat(refusal(() -> ask("a", "kubernetes.io/kube-apiserver-client", "CN=bob,O=system:masters")))
                .isEqualTo("certificatesigningrequests.certificates.k8s.io \"a\" is forbidden: use of"
                        + " kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed");
    }

    @Test
    void approvingAndSigningNeedTheSignersPermission() throws GeneralSecurityException, IOException {
        ObjectValue asked = ask("a", "example.com/fun", "CN=bob,O=friends");
        allow("update", "certificatesigningrequests/approval", "");
        allow("update", "certificatesigningrequests/status", "");
        ObjectValue approved =
                asked.with("status", yaml("conditions: [{type: Approved, status: 'True', reason: r, message: m}]"));

        assertThat(refusal(() -> world.as(BOB, Verb.UPDATE, REQUESTS + "/a/approval", approved)))
                .isEqualTo("certificatesigningrequests.certificates.k8s.io \"a\" is forbidden: user not permitted to"
                        + " approve requests with signerName \"example.com/fun\"");
        String certificate = CertificateAuthority.create("fun", new SimulatedRuntime(1))
                .credential()
                .certificatePem();
        ObjectValue signed = asked.with(
                "status",
                ObjectValue.EMPTY.with(
                        "certificate",
                        Base64.getEncoder().encodeToString(certificate.getBytes(StandardCharsets.US_ASCII))));
        assertThat(refusal(() -> world.as(BOB, Verb.UPDATE, REQUESTS + "/a/status", signed)))
                .contains("user not permitted to sign requests with signerName \"example.com/fun\"");

        allow("approve", "signers", "example.com/*");
        assertThat(refusal(() -> world.as(BOB, Verb.UPDATE, REQUESTS + "/a/approval", approved)))
                .isEmpty();
    }

    @Test
    void attestingNeedsTheSignersPermission() {
        String authority = Pem.of(
                CertificateAuthority.create("fun", new SimulatedRuntime(1)).certificate());
        String bundle = "metadata: {name: 'example.com:fun:x'}\nspec: {signerName: example.com/fun, trustBundle: "
                + GoText.quote(authority) + "}";
        world.create(
                "rbac.authorization.k8s.io/v1/clusterroles",
                "metadata: {name: publisher}\nrules: [{apiGroups: [certificates.k8s.io], resources:"
                        + " [clustertrustbundles], verbs: [create]}]");
        world.create(
                "rbac.authorization.k8s.io/v1/clusterrolebindings",
                "metadata: {name: publisher}\nroleRef: {kind: ClusterRole, name: publisher, apiGroup:"
                        + " rbac.authorization.k8s.io}\nsubjects: [{kind: User, name: bob}]");

        assertThat(refusal(() ->
                        world.as(BOB, Verb.CREATE, "certificates.k8s.io/v1beta1/clustertrustbundles", yaml(bundle))))
                .contains("user not permitted to attest for signerName \"example.com/fun\"");
    }
}
