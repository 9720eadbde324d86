package dev.jarbor.controllers.serviceaccount;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Secret;
import dev.jarbor.api.core.v1.ServiceAccount;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Controller;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.runtime.Runtime;
import java.util.Optional;

/**
 * Fills Secrets of type {@code kubernetes.io/service-account-token} with tokens without an end, and deletes them with their
 * accounts.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#token-controller">Token
 *     controller</a>
 */
public final class TokenController implements ControlLoop {
    private static final String NAME = "serviceaccount-token-controller";

    private final Api api;
    private final TokenSecret rules;
    private final Informer<Secret> secrets;
    private final Controller queue;

    /** @param rootCertificate the certificates by which pods know the API server; "" for none */
    public TokenController(
            Api api, Informers informers, Runtime runtime, String rootCertificate, TokenSigning signing) {
        this.api = api;
        this.rules = new TokenSecret(rootCertificate, signing);
        this.secrets = informers.of(Secret.KIND);
        Informer<ServiceAccount> accounts = informers.of(ServiceAccount.KIND);
        this.queue = new Controller(NAME, informers, runtime, 1, this::reconcile);
        secrets.onChange(change -> {
            if (TokenSecret.is(change.object())) {
                queue.enqueue(change.object().key());
            }
        });
        accounts.onChange(change -> secretsOf(change.object()));
    }

    private void secretsOf(ServiceAccount account) {
        for (Secret secret : secrets.list()) {
            if (secret.namespace().equals(account.namespace())
                    && TokenSecret.is(secret)
                    && TokenSecret.account(secret).equals(account.name())) {
                queue.enqueue(secret.key());
            }
        }
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private Outcome reconcile(ObjectKey key) {
        secrets.get(key)
                .filter(TokenSecret::is)
                .filter(secret -> !secret.metadata().hasDeletionTimestamp())
                .ifPresent(this::settle);
        return Outcome.DONE;
    }

    private void settle(Secret secret) {
        // Asked of the server itself: what an informer has not heard of yet is no reason to delete.
        Optional<ServiceAccount> account =
                api.find(ServiceAccount.KIND, new ObjectKey(secret.namespace(), TokenSecret.account(secret)));
        try {
            switch (rules.decide(account, secret)) {
                case TokenSecret.Keep ignored -> {}
                case TokenSecret.Delete ignored ->
                    api.delete(
                            Secret.KIND,
                            secret.key(),
                            DeleteOptions.NONE.ifUid(secret.metadata().uid()));
                case TokenSecret.Fill(Secret filled) -> api.update(Secret.KIND, filled);
            }
        } catch (ApiException refused) {
            // Another look follows on the change that was in the way.
            if (!refused.isConflict() && !refused.isNotFound()) {
                throw refused;
            }
        }
    }
}
