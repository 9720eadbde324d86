package dev.jarbor.server.auth;

/** Decides whether a user may do something. */
public interface Authorizer {
    Decision decide(Attributes attributes);

    /**
     * @param reason why, for people: the rule that allowed it, or "" when no rule did
     */
    record Decision(boolean allowed, String reason) {}
}
