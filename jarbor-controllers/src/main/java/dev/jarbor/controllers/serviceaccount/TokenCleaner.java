package dev.jarbor.controllers.serviceaccount;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Pod;
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
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** Cleans up tokens in Secrets that nobody asked for and nobody uses; each is looked at once a day. */
public final class TokenCleaner implements ControlLoop {
    private static final String NAME = "legacy-serviceaccount-token-cleaner-controller";
    private static final ObjectKey TRACKING =
            new ObjectKey("kube-system", "kube-apiserver-legacy-service-account-token-tracking");
    private static final Duration AGAIN = Duration.ofDays(1);

    private final Api api;
    private final Runtime runtime;
    private final Informer<Secret> secrets;
    private final Informer<ServiceAccount> accounts;
    private final Informer<Pod> pods;
    private final Controller queue;

    public TokenCleaner(Api api, Informers informers, Runtime runtime) {
        this.api = api;
        this.runtime = runtime;
        this.secrets = informers.of(Secret.KIND);
        this.accounts = informers.of(ServiceAccount.KIND);
        this.pods = informers.of(Pod.KIND);
        this.queue = new Controller(NAME, informers, runtime, 1, this::reconcile);
        secrets.onChange(change -> {
            if (TokenSecret.is(change.object())) {
                queue.enqueue(change.object().key());
            }
        });
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<Secret> secret = secrets.get(key)
                .filter(TokenSecret::is)
                .filter(one -> !one.metadata().hasDeletionTimestamp());
        if (secret.isEmpty() || !isMadeUnasked(secret.get())) {
            return Outcome.DONE;
        }
        Optional<LocalDate> since =
                api.find(ConfigMap.KIND, TRACKING).flatMap(found -> Disuse.trackedSince(found.value()));
        if (since.isPresent()) {
            var disuse = new Disuse(LocalDate.ofInstant(runtime.now(), ZoneOffset.UTC), since.get());
            carryOut(secret.get(), disuse.decide(secret.get(), true, isUsed(key)));
        }
        return Outcome.again(AGAIN);
    }

    private boolean isMadeUnasked(Secret secret) {
        return accounts.get(new ObjectKey(secret.namespace(), TokenSecret.account(secret)))
                .filter(account -> TokenSecret.isOf(account, secret))
                .filter(account -> account.value().list("secrets").objects().stream()
                        .anyMatch(reference -> reference.string("name").equals(secret.name())))
                .isPresent();
    }

    private boolean isUsed(ObjectKey key) {
        return pods.list(key.namespace()).stream()
                .anyMatch(pod -> SecretsOfPods.of(pod).contains(key.name()));
    }

    private void carryOut(Secret secret, Disuse.Decision decision) {
        try {
            switch (decision) {
                case Disuse.Keep ignored -> {}
                case Disuse.Invalidate(Secret marked) -> api.update(Secret.KIND, marked);
                case Disuse.Delete ignored ->
                    api.delete(
                            Secret.KIND,
                            secret.key(),
                            DeleteOptions.NONE
                                    .ifUid(secret.metadata().uid())
                                    .ifResourceVersion(secret.metadata().resourceVersion()));
            }
        } catch (ApiException refused) {
            // Another look follows on the change that was in the way.
            if (!refused.isConflict() && !refused.isNotFound()) {
                throw refused;
            }
        }
    }
}
