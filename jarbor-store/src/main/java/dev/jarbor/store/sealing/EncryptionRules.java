package dev.jarbor.store.sealing;

import dev.jarbor.api.codec.GoText;
import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.time.GoDuration;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** What the reference refuses in an {@code EncryptionConfiguration} (apiserver/validation), in its words. */
final class EncryptionRules {
    static final Duration KMS_TIMEOUT = Duration.ofSeconds(3);

    private static final List<String> NOT_SERVED =
            List.of("apiserveripinfo", "serviceipallocations", "servicenodeportallocations");

    private final List<FieldError> faults = new ArrayList<>();
    private final Set<String> plugins = new TreeSet<>();

    private EncryptionRules() {}

    static List<FieldError> faults(ObjectValue configuration) {
        var rules = new EncryptionRules();
        rules.check(configuration.list("resources").objects());
        return rules.faults;
    }

    private void check(List<ObjectValue> entries) {
        FieldPath root = FieldPath.of("resources");
        if (entries.isEmpty()) {
            faults.add(FieldError.required(root, "at least one " + root + " is required"));
        }
        for (int i = 0; i < entries.size(); i++) {
            ObjectValue entry = entries.get(i);
            FieldPath at = root.index(i).child("resources");
            List<String> resources = entry.list("resources").strings();
            if (resources.isEmpty()) {
                faults.add(FieldError.required(at, "at least one " + at + " is required"));
            }
            overlaps(resources, at);
            names(resources, at);
            providers(entry.list("providers").objects(), root.index(i).child("providers"));
        }
    }

    private void overlaps(List<String> resources, FieldPath at) {
        if (new TreeSet<>(resources).size() < resources.size()) {
            faults.add(FieldError.invalid(
                    at, ListValue.ofStrings(resources), "the same resource cannot be specified multiple times"));
        }
        boolean overlap = resources.size() > 1
                && (resources.contains("*.*") || resources.stream().anyMatch(one -> isInWildcardOf(one, resources)));
        if (overlap && new TreeSet<>(resources).size() > 1) {
            faults.add(FieldError.invalid(
                    at,
                    ListValue.ofStrings(resources),
                    "using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed"
                            + " as they will be masked"));
        }
    }

    private static boolean isInWildcardOf(String resource, List<String> resources) {
        String wide = "*." + EncryptionConfiguration.group(resource);
        return !resource.equals(wide) && resources.contains(wide);
    }

    private void names(List<String> resources, FieldPath at) {
        for (int i = 0; i < resources.size(); i++) {
            String resource = resources.get(i);
            String fault = nameFault(resource);
            if (!fault.isEmpty()) {
                faults.add(FieldError.invalid(at.index(i), resource, fault));
            }
        }
    }

    private static String nameFault(String resource) {
        if (!resource.toLowerCase(Locale.ROOT).equals(resource)) {
            return "resource name should not contain capital letters";
        }
        if (resource.equals("*")) {
            return "use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources";
        }
        if (NOT_SERVED.contains(resource)) {
            return "resources which do not have REST API/s cannot be encrypted";
        }
        return switch (EncryptionConfiguration.group(resource)) {
            case "events.k8s.io" ->
                "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the"
                        + " config file";
            case "extensions" -> "'extensions' group has been removed and cannot be used for encryption";
            case "*" -> resource.equals("*.*") ? "" : "encrypting the same resource across groups is not supported";
            default -> "";
        };
    }

    private void providers(List<ObjectValue> providers, FieldPath at) {
        if (providers.isEmpty()) {
            faults.add(FieldError.required(at, "at least one " + at + " is required"));
        }
        for (int i = 0; i < providers.size(); i++) {
            ObjectValue provider = providers.get(i);
            FieldPath here = at.index(i);
            if (provider.isEmpty()) {
                faults.add(FieldError.invalid(
                        here,
                        provider,
                        "provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox,"
                                + " Identity"));
                continue;
            }
            if (provider.size() > 1) {
                faults.add(FieldError.invalid(
                        here,
                        "REDACTED",
                        "more than one provider specified in a single element, should split into different list"
                                + " elements"));
            }
            for (String kind : provider.names()) {
                ObjectValue said = provider.object(kind);
                FieldPath inside = here.child(kind);
                switch (kind) {
                    case "kms" -> kms(said, inside);
                    case "secretbox" -> keys(said, inside.child("keys"), List.of(32));
                    case "aesgcm", "aescbc" -> keys(said, inside.child("keys"), EncryptionConfiguration.AES_SIZES);
                    default -> {
                        // identity has nothing to say
                    }
                }
            }
        }
    }

    private void keys(ObjectValue provider, FieldPath at, List<Integer> sizes) {
        List<ObjectValue> keys = provider.list("keys").objects();
        if (keys.isEmpty()) {
            faults.add(FieldError.required(at, "at least one keys is required"));
        }
        for (int i = 0; i < keys.size(); i++) {
            FieldPath name = at.index(i).child("name");
            FieldPath secret = at.index(i).child("secret");
            if (keys.get(i).string("name").isEmpty()) {
                faults.add(FieldError.required(name, "name is a mandatory field for a key"));
            }
            String text = keys.get(i).string("secret");
            if (text.isEmpty()) {
                faults.add(FieldError.required(secret, "secret is a mandatory field for a key"));
                continue;
            }
            try {
                int size = Base64.getDecoder().decode(text).length;
                if (!sizes.contains(size)) {
                    String expected = sizes.toString().replace(",", "");
                    faults.add(FieldError.invalid(
                            secret,
                            "REDACTED",
                            "secret is not of the expected length, got " + size + ", expected one of " + expected));
                }
            } catch (IllegalArgumentException malformed) {
                faults.add(FieldError.invalid(secret, "REDACTED", "secrets must be base64 encoded"));
            }
        }
    }

    private void kms(ObjectValue kms, FieldPath at) {
        String name = kms.string("name");
        String version = kms.string("apiVersion");
        if (version.isEmpty() || version.equals("v1")) {
            // The reference has it switched off (feature gate KMSv1), and here it is not at all.
            faults.add(FieldError.forbidden(
                    at.child("apiVersion"), "KMSv1 is deprecated and not served: use KMSv2 instead (apiVersion: v2)"));
        } else if (!version.equals("v2")) {
            faults.add(FieldError.invalid(
                    at.child("apiVersion"),
                    version,
                    "unsupported apiVersion apiVersion for KMS provider, only v1 and v2 are supported"));
        }
        if (name.isEmpty()) {
            faults.add(FieldError.required(at.child("name"), "name is a mandatory field for a provider"));
        }
        if (name.contains(":")) {
            faults.add(FieldError.invalid(
                    at.child("name"), name, "invalid KMS provider name " + name + ", must not contain ':'"));
        }
        if (!plugins.add(name)) {
            faults.add(FieldError.invalid(
                    at.child("name"), name, "duplicate KMS provider name " + name + ", names must be unique"));
        }
        String timeout = kms.string("timeout");
        if (!timeout.isEmpty() && !isPositive(timeout)) {
            faults.add(FieldError.invalid(at.child("timeout"), timeout, "timeout should be a positive value"));
        }
        endpoint(kms.string("endpoint"), at.child("endpoint"));
        if (kms.has("cachesize")) {
            faults.add(FieldError.invalid(
                    at.child("cachesize"), kms.integer("cachesize"), "cachesize is not supported in v2"));
        }
    }

    private static boolean isPositive(String timeout) {
        try {
            return GoDuration.parse(timeout).isPositive();
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private void endpoint(String endpoint, FieldPath at) {
        if (endpoint.isEmpty()) {
            faults.add(FieldError.invalid(at, "", "endpoint is a mandatory field for a kms"));
            return;
        }
        try {
            String scheme = String.valueOf(URI.create(endpoint).getScheme());
            if (!scheme.equals("unix")) {
                faults.add(FieldError.invalid(
                        at,
                        endpoint,
                        "unsupported scheme " + GoText.quote(scheme.equals("null") ? "" : scheme)
                                + " for KMS provider, only unix is supported"));
            }
        } catch (IllegalArgumentException malformed) {
            faults.add(FieldError.invalid(
                    at, endpoint, "invalid endpoint for kms provider, error: " + malformed.getMessage()));
        }
    }
}
