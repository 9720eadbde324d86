package dev.jarbor.controllers.serviceaccount;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Namespace;
import dev.jarbor.api.core.v1.ServiceAccount;
import dev.jarbor.client.Api;
import dev.jarbor.client.Informer;
import dev.jarbor.client.Informers;
import dev.jarbor.client.KeyQueue;
import dev.jarbor.controllers.common.ControlLoop;
import dev.jarbor.runtime.Runtime;

/**
 * Gives every active namespace its ServiceAccount {@code default}, and gives it back when it is deleted.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts">Default service
 *     accounts</a>
 */
public final class ServiceAccountController implements ControlLoop {
    private static final String NAME = "serviceaccount-controller";
    private static final String DEFAULT = "default";

    private final Api api;
    private final Informer<ServiceAccount> accounts;
    private final EveryNamespace loop;

    public ServiceAccountController(Api api, Informers informers, Runtime runtime) {
        this.api = api;
        this.accounts = informers.of(ServiceAccount.KIND);
        this.loop = new EveryNamespace(NAME, informers, runtime, this::furnish);
        loop.watch(accounts, DEFAULT);
    }

    @Override
    public KeyQueue queue() {
        return loop.queue();
    }

    private void furnish(Namespace namespace) {
        if (accounts.get(new ObjectKey(namespace.name(), DEFAULT)).isEmpty()) {
            EveryNamespace.create(api, ServiceAccount.KIND, ServiceAccount.named(namespace.name(), DEFAULT));
        }
    }
}
