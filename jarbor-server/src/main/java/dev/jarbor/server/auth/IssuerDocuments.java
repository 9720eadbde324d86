package dev.jarbor.server.auth;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * What other systems read to check service account tokens: the issuer's configuration and its keys.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery">Service
 *     account issuer discovery</a>
 */
public final class IssuerDocuments {
    public static final String CONFIGURATION_PATH = "/.well-known/openid-configuration";
    public static final String KEYS_PATH = "/openid/v1/jwks";
    public static final String KEYS_TYPE = "application/jwk-set+json";

    private final ServiceAccountSettings settings;
    private final Tokens tokens;
    private final String address;

    /** @param address host and port under which others reach this server */
    public IssuerDocuments(ServiceAccountSettings settings, Tokens tokens, String address) {
        this.settings = settings;
        this.tokens = tokens;
        this.address = address;
    }

    /** Whether the issuer is one that can be discovered: an https URL without query and fragment. */
    public boolean discoverable() {
        try {
            URI issuer = URI.create(settings.issuer());
            return "https".equals(issuer.getScheme()) && issuer.getQuery() == null && issuer.getFragment() == null;
        } catch (IllegalArgumentException noUrl) {
            return false;
        }
    }

    public ObjectValue configuration() {
        var algorithms = new ArrayList<String>();
        for (VerificationKey key : tokens.keys()) {
            if (!algorithms.contains(key.algorithm().name())) {
                algorithms.add(key.algorithm().name());
            }
        }
        return ObjectValue.builder()
                .put("issuer", settings.issuer())
                .put("jwks_uri", settings.jwksUri().isEmpty() ? "https://" + address + KEYS_PATH : settings.jwksUri())
                .put("response_types_supported", ListValue.ofStrings(List.of("id_token")))
                .put("subject_types_supported", ListValue.ofStrings(List.of("public")))
                .put("id_token_signing_alg_values_supported", ListValue.ofStrings(algorithms))
                .build();
    }

    public ObjectValue keys() {
        return ObjectValue.of(
                "keys",
                ListValue.of(tokens.keys().stream().map(VerificationKey::jwk).toList()));
    }
}
