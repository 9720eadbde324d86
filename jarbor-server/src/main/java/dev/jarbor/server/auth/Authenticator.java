package dev.jarbor.server.auth;

/** Finds out who is asking. Data in, data out: what a caller brought goes in, what is known of them comes out. */
public interface Authenticator {
    Identity authenticate(Credentials credentials);
}
