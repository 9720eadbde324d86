package dev.jarbor.server.access;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.auth.AuthorizationSettings;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.AuthorizerSource;
import dev.jarbor.server.auth.FixedAuthorizer;
import dev.jarbor.server.auth.node.NodeAuthorizer;
import dev.jarbor.server.rbac.BootstrapRoles;
import dev.jarbor.server.rbac.RbacAuthorizer;
import dev.jarbor.store.Store;
import java.util.List;

/** The modes of authorisation that need no settings of their own. */
public enum AuthorizationMode implements AuthorizerSource {
    NODE("Node") {
        @Override
        public Authorizer open(Store store, Runtime runtime) {
            return new NodeAuthorizer(store, BootstrapRoles.nodeRules());
        }
    },
    RBAC("RBAC") {
        @Override
        public Authorizer open(Store store, Runtime runtime) {
            return new RbacAuthorizer(store);
        }
    },
    ALWAYS_ALLOW("AlwaysAllow") {
        @Override
        public Authorizer open(Store store, Runtime runtime) {
            return FixedAuthorizer.ALWAYS_ALLOW;
        }
    },
    ALWAYS_DENY("AlwaysDeny") {
        @Override
        public Authorizer open(Store store, Runtime runtime) {
            return FixedAuthorizer.ALWAYS_DENY;
        }
    };

    /** What a cluster has unless its owner says otherwise. */
    public static final AuthorizationSettings DEFAULT = new AuthorizationSettings(List.of(NODE, RBAC));

    private final String word;

    AuthorizationMode(String word) {
        this.word = word;
    }

    /** The mode's name in settings. */
    public String word() {
        return word;
    }
}
