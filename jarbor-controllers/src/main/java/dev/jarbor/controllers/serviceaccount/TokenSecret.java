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

    /** Whether {@code account}, which has the name that {@code secret} says, is the very one that is meant. */
    static boolean isOf(ServiceAccount account, Secret secret) {
        String wanted = annotations(secret).string(ACCOUNT_UID);
        return wanted.isEmpty() || wanted.equals(account.metadata().uid());
    }

    private static ObjectValue annotations(Secret secret) {
        return secret.value().object("metadata").object("annotations");
    }

    Decision decide(Optional<ServiceAccount> account, Secret secret) {
        Optional<ServiceAccount> own = account.filter(found -> isOf(found, secret));
        if (own.isEmpty()) {
            return new Delete();
        }
        ObjectValue data = secret.value().object("data");
        ObjectValue complete = filled(data, own.get(), secret);
        if (complete.equals(data)) {
            return new Keep();
        }
        ObjectValue filled = secret.value()
                .update(
                        "metadata",
                        metadata -> metadata.update(
                                "annotations",
                                annotations -> annotations
                                        .with(ACCOUNT_NAME, own.get().name())
                                        .with(ACCOUNT_UID, own.get().metadata().uid())))
                .with("data", complete);
        return new Fill(new Secret(filled));
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
