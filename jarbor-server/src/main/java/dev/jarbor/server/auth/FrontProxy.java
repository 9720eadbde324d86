package dev.jarbor.server.auth;

import dev.jarbor.runtime.Runtime;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Believes the headers of a proxy that shows one of its certificates. */
final class FrontProxy implements Authenticator {
    private final RequestHeaders settings;
    private final CertificateVerifier verifier;

    FrontProxy(RequestHeaders settings, Runtime runtime) {
        this.settings = settings;
        this.verifier = new CertificateVerifier(settings::authorities, runtime);
    }

    @Override
    public Identity authenticate(Credentials credentials) {
        if (credentials.certificates().isEmpty()) {
            return Identity.UNKNOWN;
        }
        Optional<String> objection = verifier.objection(credentials.certificates());
        if (objection.isPresent()) {
            return new Identity.Refused(objection.get());
        }
        String proxy =
                ClientCertificates.parts(
                                ClientCertificates.subject(
                                        credentials.certificates().getFirst()),
                                "CN")
                        .stream()
                        .reduce("", (before, name) -> name);
        if (!settings.allowedNames().isEmpty() && !settings.allowedNames().contains(proxy)) {
            return new Identity.Refused("x509: subject with cn=" + proxy + " is not in the allowed list");
        }
        String name = first(credentials.headers(), settings.usernames());
        if (name.isEmpty()) {
            return Identity.UNKNOWN;
        }
        var groups = new ArrayList<String>();
        settings.groups()
                .forEach(header -> groups.addAll(credentials.headers().getOrDefault(lower(header), List.of())));
        return Identity.of(
                new User(name, first(credentials.headers(), settings.uids()), groups, extra(credentials.headers())));
    }

    private static String first(SortedMap<String, List<String>> headers, List<String> names) {
        for (String name : names) {
            List<String> values = headers.getOrDefault(lower(name), List.of());
            if (!values.isEmpty() && !values.getFirst().isEmpty()) {
                return values.getFirst();
            }
        }
        return "";
    }

    private SortedMap<String, List<String>> extra(SortedMap<String, List<String>> headers) {
        var extra = new TreeMap<String, List<String>>();
        for (String said : settings.extraPrefixes()) {
            String prefix = lower(said);
            headers.tailMap(prefix).forEach((header, values) -> {
                if (header.startsWith(prefix)) {
                    extra.computeIfAbsent(key(header.substring(prefix.length())), absent -> new ArrayList<>())
                            .addAll(values);
                }
            });
        }
        return extra;
    }

    private static String key(String encoded) {
        try {
            return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return encoded;
        }
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
