package dev.jarbor.controllers.bootstraptoken;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.core.v1.Secret;
import dev.jarbor.client.Api;
import dev.jarbor.client.Controller;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.client.Reconciler.Outcome;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.runtime.Runtime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Signs the public ConfigMap {@code cluster-info} with every token that is meant for it, so that who holds one knows the
 * cluster for the right one.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/#configmap-signing">ConfigMap
 *     signing</a>
 */
public final class BootstrapSigner implements ControlLoop {
    private static final String NAME = "bootstrap-signer-controller";
    private static final ObjectKey INFO = new ObjectKey("kube-public", "cluster-info");
    private static final String CONTENT = "kubeconfig";
    private static final String SIGNATURE = "jws-kubeconfig-";

    private final Api api;
    private final Runtime runtime;
    private final Informer<ConfigMap> maps;
    private final Informer<Secret> secrets;
    private final Controller queue;

    public BootstrapSigner(Api api, Informers informers, Runtime runtime) {
        this.api = api;
        this.runtime = runtime;
        this.maps = informers.of(ConfigMap.KIND);
        this.secrets = informers.of(Secret.KIND);
        this.queue = new Controller(NAME, informers, runtime, 1, this::reconcile);
        maps.onChange(change -> {
            if (change.object().key().equals(INFO)) {
                queue.enqueue(INFO);
            }
        });
        secrets.onChange(change -> {
            if (Token.is(change.object())) {
                queue.enqueue(INFO);
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
        Optional<ConfigMap> info = maps.get(key).filter(map -> map.data().containsKey(CONTENT));
        if (info.isPresent()) {
            Map<String, String> signed = signed(info.get().data());
            if (!signed.equals(info.get().data())) {
                api.update(ConfigMap.KIND, info.get().withData(signed));
            }
        }
        return Outcome.DONE;
    }

    /** With the signatures of the tokens that there are, and no others. */
    private Map<String, String> signed(Map<String, String> data) {
        Instant now = runtime.now();
        var signed = new TreeMap<>(data);
        signed.keySet().removeIf(name -> name.startsWith(SIGNATURE));
        secrets.list(Token.NAMESPACE).stream()
                .filter(secret ->
                        Token.end(secret, now).filter(end -> !end.isAfter(now)).isEmpty())
                .flatMap(secret -> Token.of(secret).stream())
                .filter(Token::signs)
                .forEach(token -> signed.put(SIGNATURE + token.id(), token.signature(data.getOrDefault(CONTENT, ""))));
        return signed;
    }
}
