package dev.jarbor.server.auth.jwt;

import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.tls.Pem;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** What the reference refuses in an {@code AuthenticationConfiguration} (apiserver/validation), in its words. */
final class JwtRules {
    private static final int MOST = 64;
    private static final String BOTH = "claim and expression can't both be set";

    private final List<String> disallowedIssuers;
    private final List<FieldError> faults = new ArrayList<>();

    JwtRules(List<String> disallowedIssuers) {
        this.disallowedIssuers = disallowedIssuers.stream().sorted().toList();
    }

    /** Everything that is wrong; to be asked once. */
    List<FieldError> check(ObjectValue configuration) {
        FieldPath root = FieldPath.of("jwt");
        List<ObjectValue> entries = configuration.list("jwt").objects();
        if (entries.size() > MOST) {
            faults.add(FieldError.tooMany(root, entries.size(), MOST));
            return faults;
        }
        var issuers = new TreeSet<String>();
        var discoveries = new TreeSet<String>();
        for (int i = 0; i < entries.size(); i++) {
            ObjectValue entry = entries.get(i);
            FieldPath at = root.index(i);
            new Entry(at).check(entry);
            ObjectValue issuer = entry.object("issuer");
            if (!issuers.add(issuer.string("url"))) {
                faults.add(FieldError.duplicate(at.child("issuer", "url"), issuer.string("url")));
            }
            String discovery = issuer.string("discoveryURL");
            if (!discovery.isEmpty() && !discoveries.add(discovery)) {
                faults.add(FieldError.duplicate(at.child("issuer", "discoveryURL"), discovery));
            }
        }
        ObjectValue anonymous = configuration.object("anonymous");
        if (!anonymous.bool("enabled") && !anonymous.list("conditions").isEmpty()) {
            faults.add(FieldError.invalid(
                    FieldPath.of("anonymous", "conditions"),
                    anonymous.list("conditions"),
                    "enabled should be set to true when conditions are defined"));
        }
        return faults;
    }

    /** The rules of one issuer. */
    private final class Entry {
        private final FieldPath at;
        private boolean usesEmail;
        private boolean usesEmailVerified;

        Entry(FieldPath at) {
            this.at = at;
        }

        void check(ObjectValue entry) {
            issuer(entry.object("issuer"), at.child("issuer"));
            claimRules(entry.list("claimValidationRules").objects(), at.child("claimValidationRules"));
            mappings(entry.object("claimMappings"), at.child("claimMappings"));
            userRules(entry.list("userValidationRules").objects(), at.child("userValidationRules"));
        }

        private void issuer(ObjectValue issuer, FieldPath path) {
            String url = issuer.string("url");
            if (url.isEmpty()) {
                faults.add(FieldError.required(path.child("url"), ""));
            } else {
                if (disallowedIssuers.contains(url)) {
                    faults.add(FieldError.invalid(
                            path.child("url"),
                            url,
                            "URL must not overlap with disallowed issuers: [" + String.join(" ", disallowedIssuers)
                                    + "]"));
                }
                url(url, path.child("url"));
            }
            String discovery = issuer.string("discoveryURL");
            if (!discovery.isEmpty()) {
                if (!url.isEmpty() && trimmed(url).equals(trimmed(discovery))) {
                    faults.add(FieldError.invalid(
                            path.child("discoveryURL"), discovery, "discoveryURL must be different from URL"));
                }
                url(discovery, path.child("discoveryURL"));
            }
            audiences(issuer, path);
            String authority = issuer.string("certificateAuthority");
            if (!authority.isEmpty() && !isCertificates(authority)) {
                faults.add(FieldError.invalid(
                        path.child("certificateAuthority"),
                        "<omitted>",
                        "data does not contain any valid RSA or ECDSA certificates"));
            }
            String egress = issuer.string("egressSelectorType");
            if (!egress.isEmpty()) {
                faults.add(FieldError.invalid(
                        path.child("egressSelectorType"),
                        egress,
                        "egress selector is not supported when StructuredAuthenticationConfigurationEgressSelector"
                                + " feature gate is disabled"));
            }
        }

        private static String trimmed(String url) {
            return url.replaceAll("/+$", "");
        }

        private static boolean isCertificates(String pem) {
            try {
                return !Pem.certificates(pem).isEmpty();
            } catch (IllegalArgumentException malformed) {
                return false;
            }
        }

        private void url(String text, FieldPath path) {
            URI url;
            try {
                url = URI.create(text);
            } catch (IllegalArgumentException malformed) {
                faults.add(FieldError.invalid(path, text, String.valueOf(malformed.getMessage())));
                return;
            }
            refuse(!"https".equals(url.getScheme()), path, text, "URL scheme must be https");
            refuse(url.getUserInfo() != null, path, text, "URL must not contain a username or password");
            refuse(url.getRawQuery() != null, path, text, "URL must not contain a query");
            refuse(url.getRawFragment() != null, path, text, "URL must not contain a fragment");
        }

        private void refuse(boolean wrong, FieldPath path, String value, String detail) {
            if (wrong) {
                faults.add(FieldError.invalid(path, value, detail));
            }
        }

        private void audiences(ObjectValue issuer, FieldPath path) {
            FieldPath here = path.child("audiences");
            List<String> audiences = issuer.list("audiences").strings();
            if (audiences.isEmpty()) {
                faults.add(FieldError.required(here, "at least one " + here + " is required"));
                return;
            }
            var seen = new TreeSet<String>();
            for (int i = 0; i < audiences.size(); i++) {
                if (audiences.get(i).isEmpty()) {
                    faults.add(FieldError.required(here.index(i), ""));
                }
                if (!seen.add(audiences.get(i))) {
                    faults.add(FieldError.duplicate(here.index(i), audiences.get(i)));
                }
            }
            String policy = issuer.string("audienceMatchPolicy");
            FieldPath policyPath = path.child("audienceMatchPolicy");
            refuse(
                    audiences.size() > 1 && !policy.equals("MatchAny"),
                    policyPath,
                    policy,
                    "audienceMatchPolicy must be MatchAny for multiple audiences");
            refuse(
                    audiences.size() == 1 && !policy.isEmpty() && !policy.equals("MatchAny"),
                    policyPath,
                    policy,
                    "audienceMatchPolicy must be empty or MatchAny for single audience");
        }

        private void claimRules(List<ObjectValue> rules, FieldPath path) {
            var claims = new TreeSet<String>();
            var expressions = new TreeSet<String>();
            for (int i = 0; i < rules.size(); i++) {
                ObjectValue rule = rules.get(i);
                FieldPath here = path.index(i);
                String claim = rule.string("claim");
                String expression = rule.string("expression");
                if (!claim.isEmpty() && !expression.isEmpty()) {
                    faults.add(FieldError.invalid(here, claim, BOTH));
                } else if (claim.isEmpty() && expression.isEmpty()) {
                    faults.add(FieldError.required(here, "claim or expression is required"));
                } else if (!claim.isEmpty()) {
                    refuse(
                            !rule.string("message").isEmpty(),
                            here.child("message"),
                            rule.string("message"),
                            "may not be specified when claim is set");
                    if (!claims.add(claim)) {
                        faults.add(FieldError.duplicate(here.child("claim"), claim));
                    }
                } else {
                    refuse(
                            !rule.string("requiredValue").isEmpty(),
                            here.child("requiredValue"),
                            rule.string("requiredValue"),
                            "may not be specified when expression is set");
                    if (!expressions.add(expression)) {
                        faults.add(FieldError.duplicate(here.child("expression"), expression));
                    } else {
                        noteVerified(compiled(expression, here.child("expression"), ClaimExpression::condition));
                    }
                }
            }
        }

        private void mappings(ObjectValue mappings, FieldPath path) {
            Optional<ClaimExpression> username = prefixed(mappings.object("username"), path.child("username"), true);
            usesEmail = username.filter(one -> one.uses("email")).isPresent();
            noteVerified(username);
            prefixed(mappings.object("groups"), path.child("groups"), false);
            uid(mappings.object("uid"), path.child("uid"));
            var keys = new TreeSet<String>();
            List<ObjectValue> extra = mappings.list("extra").objects();
            for (int i = 0; i < extra.size(); i++) {
                extra(extra.get(i), path.child("extra").index(i), keys);
            }
            if (usesEmail && !usesEmailVerified) {
                faults.add(FieldError.invalid(
                        path.child("username", "expression"),
                        mappings.object("username").string("expression"),
                        "claims.email_verified must be used in claimMappings.username.expression or"
                                + " claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when"
                                + " claims.email is used in claimMappings.username.expression"));
            }
        }

        private Optional<ClaimExpression> prefixed(ObjectValue mapping, FieldPath path, boolean needed) {
            String claim = mapping.string("claim");
            String expression = mapping.string("expression");
            if (!claim.isEmpty() && !expression.isEmpty()) {
                faults.add(FieldError.invalid(path, "", BOTH));
            } else if (claim.isEmpty() && expression.isEmpty()) {
                if (needed) {
                    faults.add(FieldError.required(path, "claim or expression is required"));
                }
            } else if (!expression.isEmpty()) {
                refuse(
                        mapping.has("prefix"),
                        path.child("prefix"),
                        mapping.string("prefix"),
                        "may not be specified when expression is set");
                return compiled(expression, path.child("expression"), ClaimExpression::value);
            } else if (!mapping.has("prefix")) {
                faults.add(FieldError.required(
                        path.child("prefix"),
                        "prefix is required when claim is set. It can be set to an empty string to disable prefixing"));
            }
            return Optional.empty();
        }

        private void uid(ObjectValue uid, FieldPath path) {
            String expression = uid.string("expression");
            if (!uid.string("claim").isEmpty() && !expression.isEmpty()) {
                faults.add(FieldError.invalid(path, "", BOTH));
            } else if (!expression.isEmpty()) {
                compiled(expression, path.child("expression"), ClaimExpression::value);
            }
        }

        private void extra(ObjectValue mapping, FieldPath path, Set<String> keys) {
            String key = mapping.string("key");
            FieldPath keyPath = path.child("key");
            domainPrefixed(key, keyPath);
            refuse(!key.equals(key.toLowerCase(Locale.ROOT)), keyPath, key, "must be lowercase");
            String domain = key.contains("/") ? key.substring(0, key.indexOf('/')) : "";
            boolean reserved = List.of("kubernetes.io", "k8s.io").stream()
                    .anyMatch(own -> domain.equals(own) || domain.endsWith("." + own));
            refuse(
                    reserved,
                    keyPath,
                    key,
                    "k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use");
            if (!keys.add(key)) {
                faults.add(FieldError.duplicate(keyPath, key));
                return;
            }
            String expression = mapping.string("valueExpression");
            if (expression.isEmpty()) {
                faults.add(FieldError.required(path.child("valueExpression"), ""));
            } else {
                noteVerified(compiled(expression, path.child("valueExpression"), ClaimExpression::value));
            }
        }

        private void domainPrefixed(String key, FieldPath path) {
            if (key.isEmpty()) {
                faults.add(FieldError.required(path, ""));
                return;
            }
            int slash = key.indexOf('/');
            if (slash <= 0 || slash == key.length() - 1) {
                faults.add(FieldError.invalid(path, key, "must be a domain-prefixed path (such as \"acme.io/foo\")"));
                return;
            }
            Names.dnsSubdomain(key.substring(0, slash))
                    .forEach(fault -> faults.add(FieldError.invalid(path, key.substring(0, slash), fault)));
        }

        private void userRules(List<ObjectValue> rules, FieldPath path) {
            var expressions = new TreeSet<String>();
            for (int i = 0; i < rules.size(); i++) {
                FieldPath here = path.index(i).child("expression");
                String expression = rules.get(i).string("expression");
                if (expression.isEmpty()) {
                    faults.add(FieldError.required(here, ""));
                } else if (!expressions.add(expression)) {
                    faults.add(FieldError.duplicate(here, expression));
                } else {
                    compiled(expression, here, ClaimExpression::userCondition);
                }
            }
        }

        private Optional<ClaimExpression> compiled(
                String text, FieldPath path, Function<String, ClaimExpression> compiler) {
            try {
                return Optional.of(compiler.apply(text));
            } catch (IllegalArgumentException refused) {
                faults.add(FieldError.invalid(path, text, String.valueOf(refused.getMessage())));
                return Optional.empty();
            }
        }

        private void noteVerified(Optional<ClaimExpression> expression) {
            usesEmailVerified |=
                    expression.filter(one -> one.uses("email_verified")).isPresent();
        }
    }
}
