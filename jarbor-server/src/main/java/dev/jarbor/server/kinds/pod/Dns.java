package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.IpAddress;
import dev.jarbor.server.kinds.rules.Texts;
import java.util.List;

/**
 * How a pod resolves names, and what it is called itself.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/">DNS for Services and Pods</a>
 */
final class Dns {
    private static final int MOST_SERVERS = 3;
    private static final int MOST_SEARCHES = 32;
    private static final int MOST_SEARCH_BYTES = 2048;
    private static final int LONGEST_HOSTNAME = 64;

    private Dns() {}

    static void config(ObjectValue spec, FieldPath at, Checks checks) {
        ObjectValue config = spec.object("dnsConfig");
        List<String> servers = config.list("nameservers").strings();
        if (spec.string("dnsPolicy").equals("None")) {
            if (!spec.has("dnsConfig")) {
                checks.required(at, "must provide `dnsConfig` when `dnsPolicy` is None");
                return;
            }
            if (servers.isEmpty()) {
                checks.required(
                        at.child("nameservers"), "must provide at least one DNS nameserver when `dnsPolicy` is None");
                return;
            }
        }
        if (config.isEmpty()) {
            return;
        }
        if (servers.size() > MOST_SERVERS) {
            checks.invalid(
                    at.child("nameservers"),
                    config.list("nameservers"),
                    "must not have more than " + MOST_SERVERS + " nameservers");
        }
        for (int i = 0; i < servers.size(); i++) {
            IpAddress.check(servers.get(i), at.child("nameservers").index(i), checks);
        }
        searches(config, at.child("searches"), checks);
        List<ObjectValue> options = config.list("options").objects();
        for (int i = 0; i < options.size(); i++) {
            if (options.get(i).string("name").isEmpty()) {
                checks.required(at.child("options").index(i), "must not be empty");
            }
        }
    }

    private static void searches(ObjectValue config, FieldPath at, Checks checks) {
        List<String> searches = config.list("searches").strings();
        if (searches.size() > MOST_SEARCHES) {
            checks.invalid(at, config.list("searches"), "must not have more than " + MOST_SEARCHES + " search paths");
        }
        if (Texts.bytes(String.join(" ", searches)) > MOST_SEARCH_BYTES) {
            checks.invalid(
                    at,
                    config.list("searches"),
                    "must not have more than " + MOST_SEARCH_BYTES
                            + " characters (including spaces) in the search list");
        }
        for (int i = 0; i < searches.size(); i++) {
            String search = searches.get(i);
            if (!search.equals(".")) {
                String name = search.endsWith(".") ? search.substring(0, search.length() - 1) : search;
                checks.problems(at.index(i), name, Names.dnsSubdomainWithUnderscore(name));
            }
        }
    }

    static void hostAliases(ObjectValue spec, FieldPath at, Checks checks) {
        List<ObjectValue> aliases = spec.list("hostAliases").objects();
        for (int i = 0; i < aliases.size(); i++) {
            IpAddress.check(aliases.get(i).string("ip"), at.index(i).child("ip"), checks);
            List<String> names = aliases.get(i).list("hostnames").strings();
            for (int j = 0; j < names.size(); j++) {
                checks.dnsSubdomain(names.get(j), at.index(i).child("hostnames").index(j));
            }
        }
    }

    static void hostnameOverride(ObjectValue spec, FieldPath at, Checks checks) {
        if (!spec.has("hostnameOverride")) {
            return;
        }
        if (spec.bool("setHostnameAsFQDN")) {
            checks.forbidden(at, "may not be specified when setHostnameAsFQDN is true");
        }
        if (spec.bool("hostNetwork")) {
            checks.forbidden(at, "may not be specified when hostNetwork is true");
        }
        String name = spec.string("hostnameOverride");
        if (name.length() > LONGEST_HOSTNAME) {
            checks.add(FieldError.tooLong(at, LONGEST_HOSTNAME));
        }
        checks.dnsSubdomain(name, at);
    }
}
