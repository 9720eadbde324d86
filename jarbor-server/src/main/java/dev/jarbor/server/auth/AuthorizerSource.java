package dev.jarbor.server.auth;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Store;

/** Settings of one authorisation mode: makes its authorizer when a server starts. */
public interface AuthorizerSource {
    Authorizer open(Store store, Runtime runtime);
}
