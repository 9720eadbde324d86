package dev.jarbor.server.auth;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.store.Store;

/** Settings of one kind of bearer token: makes its authenticator when a server starts. */
public interface TokenSource {
    TokenAuthenticator open(Store store, Runtime runtime);
}
