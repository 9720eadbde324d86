package dev.jarbor.controllers.serviceaccount;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ObjectReference;
import dev.jarbor.api.core.v1.Secret;
import dev.jarbor.api.core.v1.ServiceAccount;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.client.Api;
import dev.jarbor.client.Change;
import dev.jarbor.client.DeleteOptions;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.client.WorkQueue;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.controllers.common.IfThere;
import dev.jarbor.runtime.Runtime;
import java.util.List;
import java.util.Optional;

/**
 * Fills Secrets of type {@code kubernetes.io/service-account-token} with tokens without an end, and deletes them with their
 * accounts. An account does not go on naming one that is gone.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#token-controller">Token
 *     controller</a>
 */
public final class TokenController implements ControlLoop {
    private static final String NAME = "serviceaccount-token-controller";

    private final Api api;
    private final TokenSecret rules;
    private final Informers informers;
    private final Informer<Secret> secrets;
    private final WorkQueue<Item> queue;

    /** One thing to look at. */
    private sealed interface Item {
        record Present(ObjectKey secret) implements Item {}

        /** @param last the Secret as it was before it went */
        record Gone(Secret last) implements Item {}
    }

    /** @param rootCertificate the certificates by which pods know the API server; "" for none */
    public TokenController(
            Api api, Informers informers, Runtime runtime, String rootCertificate, TokenSigning signing) {
        this.api = api;
        this.rules = new TokenSecret(rootCertificate, signing);
        this.informers = informers;
        this.secrets = informers.of(Secret.KIND);
        Informer<ServiceAccount> accounts = informers.of(ServiceAccount.KIND);
        this.queue = new WorkQueue<>(NAME, runtime, 1, this::reconcile);
        secrets.onChange(change -> {
            if (TokenSecret.is(change.object())) {
                queue.add(
                        change instanceof Change.Deleted<Secret>(Secret last)
                                ? new Item.Gone(last)
                                : new Item.Present(change.object().key()));
            }
        });
        accounts.onChange(change -> secretsOf(change.object()));
    }

    private void secretsOf(ServiceAccount account) {
        for (Secret secret : secrets.list()) {
            if (secret.namespace().equals(account.namespace())
                    && TokenSecret.is(secret)
                    && TokenSecret.account(secret).equals(account.name())) {
                queue.add(new Item.Present(secret.key()));
            }
        }
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    @Override
    public void start() {
        informers.whenSynced(queue::start);
    }

    private Outcome reconcile(Item item) {
        switch (item) {
            case Item.Present(ObjectKey key) ->
                secrets.get(key)
                        .filter(TokenSecret::is)
                        .filter(secret -> !secret.metadata().hasDeletionTimestamp())
                        .ifPresent(this::settle);
            case Item.Gone(Secret last) -> {
                if (secrets.get(last.key()).isEmpty()) {
                    api.find(ServiceAccount.KIND, new ObjectKey(last.namespace(), TokenSecret.account(last)))
                            .filter(account -> TokenSecret.isOf(account, last))
                            .ifPresent(account -> forget(account, last.name()));
                }
            }
        }
        return Outcome.DONE;
    }

    private void forget(ServiceAccount account, String secret) {
        List<ObjectReference> kept = account.secrets().stream()
                .filter(reference -> !reference.name().equals(secret))
                .toList();
        if (kept.size() < account.secrets().size()) {
            IfThere.write(() -> api.update(ServiceAccount.KIND, account.withSecrets(kept)));
        }
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
