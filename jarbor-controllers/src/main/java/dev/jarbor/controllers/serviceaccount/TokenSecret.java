package dev.jarbor.controllers.serviceaccount;

import dev.jarbor.api.core.v1.Secret;
import dev.jarbor.api.core.v1.ServiceAccount;
import dev.jarbor.api.value.ObjectValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * What becomes of a Secret of type {@code kubernetes.io/service-account-token}: it is filled with a token of its account,
 * and goes when the account does.
 */
final class TokenSecret {
    static final String TYPE = "kubernetes.io/service-account-token";

    private static final String ACCOUNT_NAME = "kubernetes.io/service-account.name";
    private static final String ACCOUNT_UID = "kubernetes.io/service-account.uid";
    private static final String CLAIM = "kubernetes.io/serviceaccount/";

    private final String rootCertificate;
    private final TokenSigning signing;

    /** @param rootCertificate the certificates by which pods know the API server; "" for none */
    TokenSecret(String rootCertificate, TokenSigning signing) {
        this.rootCertificate = rootCertificate;
        this.signing = signing;
    }

    /** What is to be done about one. */
    sealed interface Decision {}

    /** Nothing. */
    record Keep() implements Decision {}

    /** It is nobody's. */
    record Delete() implements Decision {}

    /** It becomes this. */
    record Fill(Secret secret) implements Decision {}

    /** Whether {@code secret} is one, and names an account. */
    static boolean is(Secret secret) {
        return secret.value().string("type").equals(TYPE) && !account(secret).isEmpty();
    }

    /** The name of its account. */
    static String account(Secret secret) {
        return annotations(secret).string(ACCOUNT_NAME);
    }

    private static ObjectValue annotations(Secret secret) {
        return secret.value().object("metadata").object("annotations");
    }

    Decision decide(Optional<ServiceAccount> account, Secret secret) {
        String wantedUid = annotations(secret).string(ACCOUNT_UID);
        Optional<ServiceAccount> own = account.filter(found ->
                wantedUid.isEmpty() || wantedUid.equals(found.metadata().uid()));
        if (own.isEmpty()) {
            return new Delete();
        }
        ObjectValue filled = secret.value()
                .update(
                        "metadata",
                        metadata -> metadata.update(
                                "annotations",
                                annotations -> annotations
                                        .with(ACCOUNT_NAME, own.get().name())
                                        .with(ACCOUNT_UID, own.get().metadata().uid())))
                .update("data", data -> filled(data, own.get(), secret));
        return filled.equals(secret.value()) ? new Keep() : new Fill(new Secret(filled));
    }

    private ObjectValue filled(ObjectValue data, ServiceAccount account, Secret secret) {
        ObjectValue filled = data;
        if (!rootCertificate.isEmpty()) {
            filled = filled.with("ca.crt", encoded(rootCertificate));
        }
        if (filled.string("namespace").isEmpty()) {
            filled = filled.with("namespace", encoded(secret.namespace()));
        }
        return filled.string("token").isEmpty()
                ? filled.with("token", encoded(signing.sign(claims(account, secret))))
                : filled;
    }

    private static ObjectValue claims(ServiceAccount account, Secret secret) {
        return ObjectValue.builder()
                .put("iss", "kubernetes/serviceaccount")
                .put("sub", "system:serviceaccount:" + account.namespace() + ":" + account.name())
                .put(CLAIM + "namespace", account.namespace())
                .put(CLAIM + "secret.name", secret.name())
                .put(CLAIM + "service-account.name", account.name())
                .put(CLAIM + "service-account.uid", account.metadata().uid())
                .build();
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
