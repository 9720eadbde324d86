package dev.jarbor.server.kinds.rules;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a webhook is to be found: a URL or a Service, as admission and conversion configurations say it. */
public final class WebhookClients {
    private static final String FORM = "; desired format: https://host[/path]";

    private WebhookClients() {}

    /** @param config a clientConfig */
    public static void check(ObjectValue config, FieldPath path, Checks checks) {
        if (config.has("url") == config.has("service")) {
            checks.add(FieldError.required(path, "exactly one of url or service is required"));
        } else if (config.has("url")) {
            url(config.string("url"), path.child("url"), checks);
        } else {
            service(config.object("service"), path.child("service"), checks);
        }
    }

    private static void url(String text, FieldPath path, Checks checks) {
        try {
            var url = new URI(text);
            String scheme = text(url.getScheme());
            if (!scheme.equals("https")) {
                checks.add(FieldError.invalid(path, scheme, "'https' is the only allowed URL scheme" + FORM));
            }
            String authority = text(url.getRawAuthority());
            if (authority.isEmpty()) {
                checks.add(FieldError.invalid(path, "", "host must be provided" + FORM));
            }
            String user = text(url.getRawUserInfo());
            if (!user.isEmpty()) {
                checks.add(FieldError.invalid(path, user, "user information is not permitted in the URL"));
            }
            String fragment = text(url.getFragment());
            if (!fragment.isEmpty()) {
                checks.add(FieldError.invalid(path, fragment, "fragments are not permitted in the URL"));
            }
            String query = text(url.getRawQuery());
            if (!query.isEmpty()) {
                checks.add(FieldError.invalid(path, query, "query parameters are not permitted in the URL"));
            }
        } catch (URISyntaxException malformed) {
            checks.add(FieldError.required(path, "url must be a valid URL: " + malformed.getMessage() + FORM));
        }
    }

    private static String text(@Nullable String part) {
        return part == null ? "" : part;
    }

    private static void service(ObjectValue service, FieldPath path, Checks checks) {
        checks.required(service, "name", path, "service name is required");
        checks.required(service, "namespace", path, "service namespace is required");
        long port = service.has("port") ? service.integer("port") : 443;
        List<String> problems = Names.portNumber(port);
        if (!problems.isEmpty()) {
            checks.add(
                    FieldError.invalid(path.child("port"), port, "port is not valid: " + String.join(", ", problems)));
        }
        String url = service.string("path");
        if (!url.isEmpty() && !url.equals("/")) {
            path(url, path.child("path"), checks);
        }
    }

    private static void path(String url, FieldPath path, Checks checks) {
        if (url.equals("//")) {
            checks.add(FieldError.invalid(path, url, "segment[0] may not be empty"));
            return;
        }
        if (!url.startsWith("/")) {
            checks.add(FieldError.invalid(path, url, "must start with a '/'"));
        }
        String rest = url.substring(1);
        String[] steps = (rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest).split("/", -1);
        for (int i = 0; i < steps.length; i++) {
            String segment = "segment[" + i + "]";
            if (steps[i].isEmpty()) {
                checks.add(FieldError.invalid(path, url, segment + " may not be empty"));
            } else {
                Names.dnsSubdomain(steps[i])
                        .forEach(problem -> checks.add(FieldError.invalid(path, url, segment + ": " + problem)));
            }
        }
    }
}
