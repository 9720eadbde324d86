package dev.jarbor.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.BoundedMemory;
import dev.jarbor.runtime.SimulatedRuntime;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Credential;
import dev.jarbor.store.MemoryStore;
import dev.jarbor.store.Transaction;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Each way of showing who one is, and the chain of them. */
class AuthenticationTest {
    private static final List<String> AUDIENCES = List.of("https://kubernetes.default.svc.cluster.local");

    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final MemoryStore store = new MemoryStore();
    private final CertificateAuthority clients = CertificateAuthority.create("clients", runtime);
    private final CertificateAuthority proxies = CertificateAuthority.create("proxies", runtime);
    private final AuthenticationSettings settings = AuthenticationSettings.DEFAULT
            .withClientAuthorities(() -> List.of(clients.certificate()))
            .withRequestHeaders(new RequestHeaders(
                    List.of(proxies.certificate()),
                    List.of("front-proxy"),
                    List.of("X-Remote-User"),
                    List.of("X-Remote-Uid"),
                    List.of("X-Remote-Group"),
                    List.of("X-Remote-Extra-")))
            .withStaticToken("letmein", User.of("ann", "ops"))
            .withBootstrapTokens(true);

    private Authenticator chain(AuthenticationSettings chosen) {
        return Authentication.chain(
                chosen, store, runtime, new Tokens(chosen.serviceAccounts().key()));
    }

    private static Credentials certificate(Credential shown, Map<String, List<String>> headers) {
        return new Credentials(List.of(shown.certificate()), new TreeMap<>(headers), "", "/api", List.of());
    }

    private User known(Credentials credentials) {
        return chain(settings).authenticate(credentials) instanceof Identity.Known known
                ? known.user()
                : User.of("nobody");
    }

    private String refused(Credentials credentials) {
        return chain(settings).authenticate(credentials) instanceof Identity.Refused refused ? refused.reason() : "";
    }

    private static Credentials token(String token) {
        return Credentials.ofToken(token, List.of());
    }

    @Test
    void aCertificateNamesAUserAndGroups() {
        User user = known(certificate(clients.client("ann", List.of("ops", "dev")), Map.of()));

        assertThat(user.name()).isEqualTo("ann");
        assertThat(user.groups()).containsExactlyInAnyOrder("ops", "dev", User.AUTHENTICATED);
        assertThat(user.extra().getOrDefault(User.CREDENTIAL, List.of()))
                .singleElement()
                .asString()
                .startsWith("X509SHA256=");
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefused() {
        CertificateAuthority others = CertificateAuthority.create("clients", runtime);

        assertThat(refused(certificate(others.client("ann", List.of()), Map.of())))
                .contains("x509: certificate signed by unknown authority");
    }

    @Test
    void aCertificateIsGoodUntilItExpires() {
        Credential ann = clients.client("ann", List.of());
        runtime.advance(Duration.ofDays(20 * 365));

        assertThat(refused(certificate(ann, Map.of()))).contains("x509: certificate has expired or is not yet valid");
    }

    @Test
    void aCertificateOfAServerIsNoClients() {
        X509Certificate selfSigned = clients.certificate();

        assertThat(chain(AuthenticationSettings.DEFAULT.withClientAuthorities(() -> List.of(selfSigned)))
                        .authenticate(certificate(proxies.client("x", List.of()), Map.of())))
                .isInstanceOf(Identity.Refused.class);
    }

    @Test
    void aProxyIsBelievedWhenItShowsItsCertificate() {
        Map<String, List<String>> headers = Map.of(
                "x-remote-user", List.of("bea"),
                "x-remote-group", List.of("ops", "dev"),
                "x-remote-uid", List.of("7"),
                "x-remote-extra-scopes", List.of("a", "b"),
                "x-remote-extra-example.org%2fteam", List.of("red"));

        User user = known(certificate(proxies.client("front-proxy", List.of()), headers));

        assertThat(user.name()).isEqualTo("bea");
        assertThat(user.uid()).isEqualTo("7");
        assertThat(user.groups()).containsExactly("ops", "dev", User.AUTHENTICATED);
        assertThat(user.extra())
                .containsEntry("scopes", List.of("a", "b"))
                .containsEntry("example.org/team", List.of("red"));
    }

    @Test
    void nobodyElseIsBelievedToBeAProxy() {
        Map<String, List<String>> headers = Map.of("x-remote-user", List.of("bea"));

        assertThat(refused(certificate(proxies.client("someone", List.of()), headers)))
                .contains("x509: subject with cn=someone is not in the allowed list");
        assertThat(known(certificate(clients.client("front-proxy", List.of()), headers))
                        .name())
                .isEqualTo("front-proxy");
        assertThat(known(new Credentials(List.of(), new TreeMap<>(headers), "", "/api", List.of()))
                        .name())
                .isEqualTo("system:anonymous");
    }

    @Test
    void aTokenOfTheSettingsNamesItsUser() {
        assertThat(known(token("letmein")).name()).isEqualTo("ann");
        assertThat(known(token("letmein")).groups()).containsExactly("ops", User.AUTHENTICATED);
        assertThat(refused(token("letmeout"))).isEqualTo("invalid bearer token");
    }

    @Test
    void aTokenOfTheSettingsIsMeantForThisServerAlone() {
        assertThat(chain(settings).authenticate(Credentials.ofToken("letmein", List.of("vault"))))
                .isEqualTo(new Identity.Refused("invalid bearer token"));
        assertThat(chain(settings).authenticate(Credentials.ofToken("letmein", List.of("vault", AUDIENCES.getFirst()))))
                .isInstanceOfSatisfying(
                        Identity.Known.class,
                        known -> assertThat(known.audiences()).isEqualTo(AUDIENCES));
    }

    @Test
    void aBootstrapTokenNamesAMachineThatJoins() {
        bootstrapToken(Map.of("auth-extra-groups", "system:bootstrappers:workers"));

        User user = known(token("abcdef.0123456789abcdef"));

        assertThat(user.name()).isEqualTo("system:bootstrap:abcdef");
        assertThat(user.groups())
                .containsExactly("system:bootstrappers", "system:bootstrappers:workers", User.AUTHENTICATED);
        assertThat(refused(token("abcdef.0123456789abcdee"))).isEqualTo("invalid bearer token");
    }

    @Test
    void aBootstrapTokenThatIsOverOrForOtherUsesIsRefused() {
        bootstrapToken(Map.of("expiration", "2029-12-31T00:00:00Z"));
        assertThat(refused(token("abcdef.0123456789abcdef"))).isEqualTo("invalid bearer token");

        bootstrapToken(Map.of("usage-bootstrap-authentication", "false"));
        assertThat(refused(token("abcdef.0123456789abcdef"))).isEqualTo("invalid bearer token");

        bootstrapToken(Map.of("auth-extra-groups", "system:masters"));
        assertThat(refused(token("abcdef.0123456789abcdef"))).isEqualTo("invalid bearer token");
    }

    private void bootstrapToken(Map<String, String> more) {
        var data = new TreeMap<>(Map.of(
                "token-id", "abcdef",
                "token-secret", "0123456789abcdef",
                "usage-bootstrap-authentication", "true"));
        data.putAll(more);
        ObjectValue secret = Json.object("{\"type\":\"bootstrap.kubernetes.io/token\"}");
        for (Map.Entry<String, String> entry : data.entrySet()) {
            String encoded = Base64.getEncoder().encodeToString(entry.getValue().getBytes(StandardCharsets.UTF_8));
            secret = secret.update("data", object -> object.with(entry.getKey(), encoded));
        }
        store.commit(new Transaction(List.of(new Transaction.Put(
                "secrets",
                new ObjectKey("kube-system", "bootstrap-token-abcdef"),
                secret.with("metadata", ObjectValue.EMPTY.with("name", "bootstrap-token-abcdef")),
                Transaction.ANY))));
    }

    @Test
    void whoBringsNothingIsAnonymousWhereThatIsAllowed() {
        Credentials nothing = new Credentials(List.of(), new TreeMap<>(), "", "/livez", List.of());
        Credentials elsewhere = new Credentials(List.of(), new TreeMap<>(), "", "/api", List.of());

        assertThat(chain(settings).authenticate(nothing)).isEqualTo(Identity.of(User.ANONYMOUS));
        assertThat(chain(settings.withAnonymous(AnonymousAccess.NOWHERE)).authenticate(nothing))
                .isEqualTo(Identity.UNKNOWN);
        Authenticator some = chain(settings.withAnonymous(new AnonymousAccess(true, List.of("/livez"))));
        assertThat(some.authenticate(nothing)).isEqualTo(Identity.of(User.ANONYMOUS));
        assertThat(some.authenticate(elsewhere)).isEqualTo(Identity.UNKNOWN);
    }

    @Test
    void whatIsRememberedIsForgottenInTimeAndWhereThereIsNoRoom() {
        var memory = new BoundedMemory<String, String>(2, runtime);
        memory.put("a", "1", Duration.ofSeconds(10));
        memory.put("b", "2", Duration.ofSeconds(10));
        memory.put("c", "3", Duration.ofSeconds(20));

        assertThat(memory.get("a")).isEmpty();
        assertThat(memory.get("b")).contains("2");
        runtime.advance(Duration.ofSeconds(11));
        assertThat(memory.get("b")).isEmpty();
        assertThat(memory.get("c")).contains("3");
    }
}
