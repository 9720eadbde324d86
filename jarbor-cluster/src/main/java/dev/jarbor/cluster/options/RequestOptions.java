package dev.jarbor.cluster.options;

import dev.jarbor.server.features.FeatureGates;
import dev.jarbor.server.http.CrossOrigin;
import dev.jarbor.server.http.RequestLimits;
import dev.jarbor.server.http.TlsTerms;
import dev.jarbor.server.registry.RuntimeConfig;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** The options about how many requests are taken, for how long, and of which versions and features of the API. */
final class RequestOptions {
    private static final String READING = "max-requests-inflight";
    private static final Pattern TRANSPORT_SECURITY = Pattern.compile("includeSubDomains|preload|max-age=[^=]*");
    private static final String CHANGING = "max-mutating-requests-inflight";

    private RequestOptions() {}

    static RequestLimits limits(OptionValues values) {
        RequestLimits usual = RequestLimits.DEFAULT;
        int reading = values.number(READING, 0, 1_000_000, usual.reading());
        int changing = values.number(CHANGING, 0, 1_000_000, usual.changing());
        boolean fairness = values.flag("enable-priority-and-fairness", usual.fairness());
        if (fairness && reading + changing == 0) {
            throw new WrongOption(values.where(READING) + " and " + values.where(CHANGING)
                    + " together must be more than 0 for priority and fairness to divide them;"
                    + " for no limit give --enable-priority-and-fairness=false too");
        }
        // nobody waits for a server that listens only when it has started; the value is still looked at
        values.duration("livez-grace-period", Duration.ZERO);
        values.number("default-watch-cache-size", 1, Integer.MAX_VALUE, 100);
        int streams = values.number("http2-max-streams-per-connection", 0, 1_000_000, 0);
        return new RequestLimits(
                reading,
                changing,
                fairness,
                values.duration("request-timeout", usual.longest()),
                Duration.ofSeconds(values.number("min-request-timeout", 0, Integer.MAX_VALUE, (int)
                        usual.shortestWatch().toSeconds())),
                streams == 0 ? usual.streams() : streams,
                values.duration("shutdown-delay-duration", usual.shutdownDelay()));
    }

    /** Directives of RFC 6797, section 6.1. */
    static List<String> transportSecurity(OptionValues values) {
        String name = "strict-transport-security-directives";
        List<String> directives = values.list(name, List.of());
        for (String directive : directives) {
            if (!TRANSPORT_SECURITY.matcher(directive).matches()) {
                throw new WrongOption(values.where(name)
                        + " invalid, allowed values: max-age=expireTime, includeSubDomains, preload."
                        + " see https://tools.ietf.org/html/rfc6797#section-6.1 for more information");
            }
        }
        return directives;
    }

    static CrossOrigin crossOrigin(OptionValues values) {
        String name = "cors-allowed-origins";
        try {
            return CrossOrigin.of(values.list(name, List.of()));
        } catch (IllegalArgumentException wrong) {
            throw new WrongOption(
                    values.where(name) + " has an invalid regular expression: " + wrong.getMessage(), wrong);
        }
    }

    static TlsTerms terms(OptionValues values) {
        String version = "tls-min-version";
        String suites = "tls-cipher-suites";
        try {
            return TlsTerms.of(values.text(version).orElse(""), values.list(suites, List.of()));
        } catch (IllegalArgumentException wrong) {
            throw new WrongOption(
                    values.where(values.has(suites) ? suites : version) + ": " + wrong.getMessage(), wrong);
        }
    }

    static FeatureGates features(OptionValues values) {
        try {
            return FeatureGates.parse(values.list("feature-gates", List.of()));
        } catch (IllegalArgumentException wrong) {
            throw new WrongOption(values.where("feature-gates") + ": " + wrong.getMessage(), wrong);
        }
    }

    static RuntimeConfig apis(OptionValues values) {
        try {
            return RuntimeConfig.parse(values.list("runtime-config", List.of()));
        } catch (IllegalArgumentException wrong) {
            throw new WrongOption(values.where("runtime-config") + ": " + wrong.getMessage(), wrong);
        }
    }
}
