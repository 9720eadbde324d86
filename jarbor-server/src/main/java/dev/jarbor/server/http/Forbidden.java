package dev.jarbor.server.http;

import dev.jarbor.server.auth.Attributes;

/** The reference's words for what a user may not do. */
final class Forbidden {
    private Forbidden() {}

    static String message(Attributes asked) {
        String resource =
                asked.subresource().isEmpty() ? asked.resource() : asked.resource() + "/" + asked.subresource();
        return "User \"" + asked.user().name() + "\" cannot " + asked.verb() + " resource \"" + resource
                + "\" in API group \"" + asked.group() + "\""
                + (asked.namespace().isEmpty()
                        ? " at the cluster scope"
                        : " in the namespace \"" + asked.namespace() + "\"");
    }
}
