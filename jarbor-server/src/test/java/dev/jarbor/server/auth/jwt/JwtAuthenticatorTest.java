package dev.jarbor.server.auth.jwt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.runtime.LiveRuntime;
import dev.jarbor.server.auth.AnyAudience;
import dev.jarbor.server.auth.Identity;
import dev.jarbor.server.auth.TokenAuthenticator;
import dev.jarbor.server.auth.TokenSource;
import dev.jarbor.server.auth.User;
import dev.jarbor.store.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of an issuer that is really served, over TLS. */
class JwtAuthenticatorTest {
    private static final List<String> OWN = List.of("https://cluster");
    private static final String SIMPLE = """
            claimMappings:
              username: {claim: sub, prefix: "oidc:"}
              groups: {claim: groups, prefix: "oidc:"}
            """;

    @TempDir
    private Path folder;

    private final LiveRuntime runtime = new LiveRuntime();
    private final Issuer issuer = new Issuer(runtime);

    @AfterEach
    void close() {
        issuer.close();
        runtime.close();
    }

    /** An AuthenticationConfiguration with the test's issuer, and what else is said of it. */
    private String configuration(String rest) {
        ObjectValue entry = Yaml.parse(rest) instanceof ObjectValue object ? object : ObjectValue.EMPTY;
        ObjectValue said = entry.object("issuer").has("url")
                ? entry.object("issuer")
                : entry.object("issuer").with("url", issuer.url()).with("certificateAuthority", issuer.authority);
        ObjectValue named =
                said.has("audiences") ? said : said.with("audiences", ListValue.ofStrings(List.of("jarbor")));
        return Json.text(Json.object(
                        "{\"apiVersion\":\"apiserver.config.k8s.io/v1\"," + "\"kind\":\"AuthenticationConfiguration\"}")
                .with("jwt", ListValue.of(entry.with("issuer", named))));
    }

    private TokenAuthenticator open(String rest) {
        TokenSource source = AuthenticationConfiguration.of(Json.object(configuration(rest)), OWN)
                .jwt()
                .getFirst();
        return new AnyAudience(source.open(new MemoryStore(), runtime), OWN);
    }

    /** {@code HOUR} stands for an end in an hour. */
    private String token(String claims) {
        return issuer.token(claims.replace("HOUR", "\"exp\":" + (Instant.now().getEpochSecond() + 3600)));
    }

    private static User user(Identity found) {
        assertThat(found).isInstanceOf(Identity.Known.class);
        return ((Identity.Known) found).user();
    }

    private static String refused(Identity found) {
        assertThat(found).isInstanceOf(Identity.Refused.class);
        return ((Identity.Refused) found).reason();
    }

    @Test
    void claimsNameAUserWithGroupsAndUid() {
        Identity found = open(SIMPLE + "  uid: {claim: uid}\n")
                .authenticate(
                        token("{HOUR,\"aud\":\"jarbor\",\"sub\":\"ann\",\"uid\":\"7\",\"groups\":[\"ops\",\"dev\"]}"),
                        OWN);

        assertThat(user(found).name()).isEqualTo("oidc:ann");
        assertThat(user(found).groups()).containsExactly("oidc:ops", "oidc:dev");
        assertThat(user(found).uid()).isEqualTo("7");
        assertThat(((Identity.Known) found).audiences()).isEqualTo(OWN);
    }

    @Test
    void expressionsNameAUserAndWhatElseIsKnownOfThem() {
        TokenAuthenticator tokens = open("""
                claimMappings:
                  username: {expression: 'claims.email.split("@")[0] + (claims.email_verified ? "" : "?")'}
                  groups: {expression: 'claims.roles.split(",")'}
                  uid: {expression: 'claims.org + "/" + claims.sub'}
                  extra:
                  - {key: example.com/tenant, valueExpression: claims.tenant}
                  - {key: example.com/none, valueExpression: '""'}
                """);
        User ann = user(tokens.authenticate(
                token(
                        "{HOUR,\"aud\":[\"x\",\"jarbor\"],\"sub\":\"1\",\"email\":\"ann@example.com\",\"email_verified\":true,"
                                + "\"roles\":\"ops,dev\",\"org\":\"acme\",\"tenant\":[\"a\",\"b\"]}"),
                OWN));

        assertThat(ann.name()).isEqualTo("ann");
        assertThat(ann.groups()).containsExactly("ops", "dev");
        assertThat(ann.uid()).isEqualTo("acme/1");
        assertThat(ann.extra()).isEqualTo(new TreeMap<>(Map.of("example.com/tenant", List.of("a", "b"))));
        assertThat(refused(tokens.authenticate(token("{HOUR,\"aud\":\"jarbor\",\"sub\":\"1\"}"), OWN)))
                .startsWith("oidc: error evaluating username claim expression: expression '")
                .endsWith("resulted in error: no such key: email");
    }

    @Test
    void aTokenThatIsNotToBeBelievedIsRefusedWithTheReason() {
        TokenAuthenticator tokens = open(SIMPLE);
        String good = token("{HOUR,\"aud\":\"jarbor\",\"sub\":\"ann\"}");

        assertThat(refused(tokens.authenticate(token("{\"exp\":1,\"aud\":\"jarbor\",\"sub\":\"ann\"}"), OWN)))
                .isEqualTo("oidc: verify token: oidc: token is expired (Token Expiry: 1970-01-01T00:00:01Z)");
        assertThat(refused(tokens.authenticate(token("{HOUR,\"aud\":\"other\",\"sub\":\"ann\"}"), OWN)))
                .isEqualTo("oidc: verify token: oidc: expected audience in [\"jarbor\"] got [\"other\"]");
        assertThat(refused(tokens.authenticate(token("{HOUR,\"nbf\":99999999999,\"aud\":\"jarbor\"}"), OWN)))
                .contains("before the nbf (not before) time");
        assertThat(refused(tokens.authenticate(token("{HOUR,\"aud\":\"jarbor\"}"), OWN)))
                .isEqualTo("oidc: parse username claims \"sub\": claim not present");
        String[] parts = good.split("\\.", -1);
        String forged = parts[0] + "."
                + token("{HOUR,\"aud\":\"jarbor\",\"sub\":\"root\"}").split("\\.", -1)[1] + "." + parts[2];
        assertThat(refused(tokens.authenticate(forged, OWN))).contains("failed to verify id token signature");
        assertThat(tokens.authenticate(issuer.token("{\"iss\":\"https://other\"}"), OWN))
                .isEqualTo(Identity.UNKNOWN);
        assertThat(tokens.authenticate("no.jwt", OWN)).isEqualTo(Identity.UNKNOWN);
        assertThat(tokens.authenticate(good, List.of("https://elsewhere"))).isEqualTo(Identity.UNKNOWN);
    }

    @Test
    void newKeysOfTheIssuerAreTakenUp() {
        TokenAuthenticator tokens = open(SIMPLE);
        String claims = "{HOUR,\"aud\":\"jarbor\",\"sub\":\"ann\"}";
        user(tokens.authenticate(token(claims), OWN));
        user(tokens.authenticate(token(claims), OWN));
        assertThat(issuer.asked).as("configuration and keys").hasValue(2);

        for (String algorithm : List.of("PS384", "ES512")) {
            issuer.rotate("key of " + algorithm, algorithm);
            TokenAuthenticator later = open(SIMPLE);
            assertThat(user(later.authenticate(token(claims), OWN)).name()).isEqualTo("oidc:ann");
        }
    }

    @Test
    void rulesMustHoldOfClaimsAndOfTheUser() {
        TokenAuthenticator tokens = open(SIMPLE + """
                claimValidationRules:
                - {claim: hd, requiredValue: example.com}
                - {expression: 'claims.exp - claims.iat <= 7200', message: tokens must be short-lived}
                userValidationRules:
                - {expression: "!user.username.startsWith('oidc:system:')", message: reserved}
                - {expression: "user.groups.all(group, group != 'oidc:banned')", message: banned}
                """);
        String rest = ",HOUR,\"aud\":\"jarbor\",\"hd\":\"example.com\"}";
        long now = Instant.now().getEpochSecond();

        user(tokens.authenticate(token("{\"sub\":\"ann\",\"iat\":" + now + rest), OWN));
        assertThat(refused(tokens.authenticate(token("{\"sub\":\"ann\",HOUR,\"aud\":\"jarbor\"}"), OWN)))
                .isEqualTo("oidc: required claim hd not present in ID token");
        assertThat(refused(tokens.authenticate(token("{\"sub\":\"ann\",HOUR,\"aud\":\"jarbor\",\"hd\":\"x\"}"), OWN)))
                .isEqualTo("oidc: required claim hd value does not match. Got = x, want = example.com");
        assertThat(refused(tokens.authenticate(token("{\"sub\":\"ann\",\"iat\":1" + rest), OWN)))
                .isEqualTo("oidc: error evaluating claim validation expression: validation expression 'claims.exp -"
                        + " claims.iat <= 7200' failed: tokens must be short-lived");
        assertThat(refused(tokens.authenticate(token("{\"sub\":\"system:admin\",\"iat\":" + now + rest), OWN)))
                .isEqualTo("oidc: error evaluating user info validation rule: validation expression"
                        + " '!user.username.startsWith('oidc:system:')' failed: reserved");
        assertThat(refused(tokens.authenticate(
                        token("{\"sub\":\"ann\",\"groups\":\"banned\",\"iat\":" + now + rest), OWN)))
                .endsWith("failed: banned");
    }

    @Test
    void theConfigurationOfAnIssuerMayBeElsewhere() {
        TokenAuthenticator tokens = open(SIMPLE + "issuer: {url: '" + issuer.url() + "', discoveryURL: '" + issuer.url()
                + "/elsewhere', certificateAuthority: '" + issuer.authority.replace("\n", "\n\n") + "'}");

        user(tokens.authenticate(token("{HOUR,\"aud\":\"jarbor\",\"sub\":\"ann\"}"), OWN));
    }

    @Test
    void anIssuerThatIsNotTrustedOrNotThereRefuses() {
        TokenAuthenticator tokens = open(SIMPLE + "issuer: {url: '" + issuer.url() + "'}");

        assertThat(refused(tokens.authenticate(token("{HOUR,\"aud\":\"jarbor\",\"sub\":\"ann\"}"), OWN)))
                .isEqualTo("oidc: authenticator not initialized");
    }

    @Test
    void aMailAddressThatIsNotVerifiedIsNoName() {
        TokenAuthenticator tokens = new OidcFlags(
                        issuer.url(),
                        "jarbor",
                        issuer.authority,
                        "email",
                        "",
                        "",
                        "",
                        new TreeMap<>(),
                        List.of("RS256"))
                .source()
                .open(new MemoryStore(), runtime);

        assertThat(user(tokens.authenticate(token("{HOUR,\"aud\":\"jarbor\",\"email\":\"a@b.c\"}"), OWN))
                        .name())
                .isEqualTo("a@b.c");
        assertThat(refused(tokens.authenticate(
                        token("{HOUR,\"aud\":\"jarbor\",\"email\":\"a@b.c\",\"email_verified\":false}"), OWN)))
                .isEqualTo("oidc: email not verified");
        issuer.rotate("key-2", "ES512");
        assertThat(refused(tokens.authenticate(token("{HOUR,\"aud\":\"jarbor\",\"email\":\"a@b.c\"}"), OWN)))
                .isEqualTo("oidc: verify token: oidc: id token signed with unsupported algorithm, expected [\"RS256\"]"
                        + " got \"ES512\"");
    }

    @Test
    void groupsMayBeInAnotherToken() {
        TokenAuthenticator tokens = open(SIMPLE);
        issuer.distributed = token("{HOUR,\"aud\":\"jarbor\",\"groups\":[\"ops\"]}");
        String claims = "{HOUR,\"aud\":\"jarbor\",\"sub\":\"ann\",\"_claim_names\":{\"groups\":\"directory\"},"
                + "\"_claim_sources\":{\"directory\":{\"endpoint\":\"" + issuer.url() + "/groups\","
                + "\"access_token\":\"opens-groups\"}}}";

        assertThat(user(tokens.authenticate(token(claims), OWN)).groups()).containsExactly("oidc:ops");
        assertThat(refused(tokens.authenticate(token(claims.replace("opens-groups", "wrong")), OWN)))
                .startsWith("oidc: could not expand distributed claims: while getting distributed claim \"groups\": ")
                .endsWith("answered 403");
        issuer.distributed = token("{HOUR,\"aud\":\"others\",\"groups\":[\"ops\"]}");
        assertThat(refused(tokens.authenticate(token(claims), OWN))).contains("verify distributed claim token");
        assertThat(refused(tokens.authenticate(token(claims.replace("\"directory\":{", "\"other\":{")), OWN)))
                .endsWith("contained a source directory missing in _claims_sources");
    }

    @Test
    void flagsPutTheIssuerBeforeNames() {
        TokenAuthenticator tokens = new OidcFlags(
                        issuer.url(), "jarbor", issuer.authority, "sub", "", "", "", new TreeMap<>(), List.of("RS256"))
                .source()
                .open(new MemoryStore(), runtime);

        assertThat(user(tokens.authenticate(token("{HOUR,\"aud\":\"jarbor\",\"sub\":\"ann\"}"), OWN))
                        .name())
                .isEqualTo(issuer.url() + "#ann");
    }

    @Test
    void aChangedFileIsTakenUp() throws IOException {
        Path file = Files.writeString(folder.resolve("authentication.yaml"), configuration(SIMPLE));
        var world = new AdvancedRuntime(runtime);
        TokenAuthenticator tokens =
                new FollowedIssuers(file, Files.readString(file), OWN).open(new MemoryStore(), world);
        String token = token("{HOUR,\"aud\":\"jarbor\",\"sub\":\"ann\"}");
        assertThat(user(tokens.authenticate(token, OWN)).name()).isEqualTo("oidc:ann");
        Files.writeString(file, configuration(SIMPLE.replace("oidc:", "corp:")));
        assertThat(user(tokens.authenticate(token, OWN)).name()).isEqualTo("oidc:ann");
        world.advance(Duration.ofSeconds(61));
        assertThat(user(tokens.authenticate(token, OWN)).name()).isEqualTo("corp:ann");
        Files.writeString(file, "kind: Nonsense");
        world.advance(Duration.ofSeconds(61));
        assertThat(user(tokens.authenticate(token, OWN)).name()).isEqualTo("corp:ann");
    }
}
