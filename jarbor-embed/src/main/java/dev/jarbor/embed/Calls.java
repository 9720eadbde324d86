package dev.jarbor.embed;

import dev.jarbor.client.Verb;
import dev.jarbor.server.Interference.Asked;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which calls of the API a fault is about; built up from {@link #ANY}.
 *
 * @param matches whether it is about one
 * @param about in words, for the trace
 */
public record Calls(Predicate<Asked> matches, String about) {
    /** All calls of everybody, the cluster's own parts included. */
    public static final Calls ANY = new Calls(asked -> true, "calls");

    private static final Set<String> OWN = Set.of("jarbor", "kubelet", "kube-controller-manager", "kube-scheduler");

    /** Only those that are also so. */
    public Calls that(String words, Predicate<Asked> condition) {
        return new Calls(matches.and(condition), about + " " + words);
    }

    /** Of programs whose User-Agent begins so, such as {@code kube-scheduler} or {@code fabric8}. */
    public Calls by(String agent) {
        return that("by " + agent, asked -> asked.agent().startsWith(agent));
    }

    /** Of programs that are no part of this cluster. */
    public Calls fromOutside() {
        return that(
                "from outside",
                asked -> OWN.stream().noneMatch(own -> asked.agent().startsWith(own)));
    }

    /** Of users of that name, such as {@code system:serviceaccount:shop:operator}. */
    public Calls as(String user) {
        return that("as " + user, asked -> asked.user().name().equals(user));
    }

    public Calls verb(Verb verb) {
        return that(verb.word(), asked -> asked.request().verb() == verb);
    }

    /** That change something. */
    public Calls writing() {
        return that("writing", asked -> asked.request().verb().isWrite());
    }

    /** Of a resource by its plural name, such as {@code pods}, or {@code pods/status} for a subresource. */
    public Calls on(String resource) {
        return that("on " + resource, asked -> {
            String subresource = asked.request().path().subresource();
            String plural = asked.request().path().plural();
            return resource.equals(subresource.isEmpty() ? plural : plural + "/" + subresource);
        });
    }

    public Calls in(String namespace) {
        return that(
                "in " + namespace, asked -> asked.request().path().namespace().equals(namespace));
    }

    public Calls named(String name) {
        return that("named " + name, asked -> asked.request().path().name().equals(name));
    }
}
