package dev.jarbor.controllers.bootstraptoken;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Secret;
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
import java.time.Instant;
import java.util.Optional;

/** Deletes tokens by which machines join when their time is over. */
public final class BootstrapTokenCleaner implements ControlLoop {
    private static final String NAME = "token-cleaner-controller";

    private final Api api;
    private final Runtime runtime;
    private final Informer<Secret> secrets;
    private final Controller queue;

    public BootstrapTokenCleaner(Api api, Informers informers, Runtime runtime) {
        this.api = api;
        this.runtime = runtime;
        this.secrets = informers.of(Secret.KIND);
        this.queue = new Controller(NAME, informers, runtime, 1, this::reconcile);
        secrets.onChange(change -> {
            if (Token.is(change.object())) {
                queue.enqueue(change.object().key());
            }
        });
    }

    @Override
    public KeyQueue queue() {
        return queue;
    }

    /** As in the reference, who wants it asks for it. */
    @Override
    public boolean onByDefault() {
        return false;
    }

    private Outcome reconcile(ObjectKey key) {
        Instant now = runtime.now();
        Optional<Secret> secret = secrets.get(key).filter(Token::is);
        Optional<Instant> end = secret.flatMap(one -> Token.end(one, now));
        if (end.isEmpty()) {
            return Outcome.DONE;
        }
        if (end.get().isAfter(now)) {
            return Outcome.again(Duration.between(now, end.get()));
        }
        try {
            api.delete(
                    Secret.KIND,
                    key,
                    DeleteOptions.NONE.ifUid(secret.get().metadata().uid()));
        } catch (ApiException refused) {
            if (!refused.isNotFound() && !refused.isConflict()) {
                throw refused;
            }
        }
        return Outcome.DONE;
    }
}
