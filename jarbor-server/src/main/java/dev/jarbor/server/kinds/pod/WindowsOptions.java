package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Texts;
import java.util.regex.Pattern;

/**
 * Who a container is on Windows.
 *
 * @see <a href="https://kubernetes.io/docs/tasks/configure-pod-container/configure-runasusername/">Configure
 *     RunAsUserName for Windows pods and containers</a>
 */
final class WindowsOptions {
    private static final int MOST_CREDENTIAL_BYTES = 64 * 1024;
    private static final int LONGEST_DOMAIN = 256;
    private static final int LONGEST_USER = 104;
    private static final String BAD_IN_USER = "\"/\\:;|=,+*?<>@[]";
    private static final String BAD_IN_DOMAIN = "\\/:*?\"<>|";
    private static final int NET_BIOS = 15;

    private static final String DNS_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    private static final Pattern DNS_DOMAIN = Pattern.compile(DNS_LABEL + "(?:\\." + DNS_LABEL + ")*");

    private WindowsOptions() {}

    /** The options within a security context, a pod's or a container's. */
    static void check(ObjectValue security, FieldPath at, Checks checks) {
        if (!security.has("windowsOptions")) {
            return;
        }
        ObjectValue options = security.object("windowsOptions");
        if (options.has("gmsaCredentialSpecName")) {
            checks.dnsSubdomain(options.string("gmsaCredentialSpecName"), at.child("gmsaCredentialSpecName"));
        }
        if (options.has("gmsaCredentialSpec")) {
            String credential = options.string("gmsaCredentialSpec");
            if (credential.isEmpty()) {
                checks.invalid(
                        at.child("gmsaCredentialSpec"), credential, "gmsaCredentialSpec cannot be an empty string");
            } else if (Texts.bytes(credential) > MOST_CREDENTIAL_BYTES) {
                checks.invalid(
                        at.child("gmsaCredentialSpec"), credential, "gmsaCredentialSpec size must be under 64 KiB");
            }
        }
        if (options.has("runAsUserName")) {
            user(options.string("runAsUserName"), at.child("runAsUserName"), checks);
        }
    }

    private static void user(String name, FieldPath at, Checks checks) {
        if (name.isEmpty()) {
            checks.invalid(at, name, "runAsUserName cannot be an empty string");
            return;
        }
        if (name.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            checks.invalid(at, name, "runAsUserName cannot contain control characters");
            return;
        }
        int backslash = name.indexOf('\\');
        if (backslash != name.lastIndexOf('\\')) {
            checks.invalid(at, name, "runAsUserName cannot contain more than one backslash");
            return;
        }
        String domain = backslash < 0 ? "" : name.substring(0, backslash);
        String user = name.substring(backslash + 1);
        if (domain.length() >= LONGEST_DOMAIN) {
            checks.invalid(at, name, "runAsUserName's Domain length must be under " + LONGEST_DOMAIN + " characters");
        }
        if (backslash >= 0 && !isNetBios(domain) && !DNS_DOMAIN.matcher(domain).matches()) {
            checks.invalid(at, name, "runAsUserName's Domain doesn't match the NetBios nor the DNS format");
        }
        if (user.isEmpty()) {
            checks.invalid(at, name, "runAsUserName's User cannot be empty");
        } else if (user.length() > LONGEST_USER) {
            checks.invalid(
                    at, name, "runAsUserName's User length must not be longer than " + LONGEST_USER + " characters");
        }
        if (!user.isEmpty() && user.chars().allMatch(c -> c == '.' || c == ' ')) {
            checks.invalid(at, name, "runAsUserName's User cannot contain only periods or spaces");
        }
        if (user.chars().anyMatch(c -> BAD_IN_USER.indexOf(c) >= 0)) {
            checks.invalid(
                    at, name, "runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]");
        }
    }

    private static boolean isNetBios(String domain) {
        return !domain.isEmpty()
                && domain.length() <= NET_BIOS
                && domain.charAt(0) != '.'
                && domain.chars().noneMatch(c -> BAD_IN_DOMAIN.indexOf(c) >= 0);
    }

    /** Containers that are processes of the host: all of the pod's, or none. */
    static void hostProcess(ObjectValue spec, FieldPath at, Checks checks) {
        ObjectValue pod = spec.object("securityContext").object("windowsOptions");
        if (!pod.bool("hostProcess")
                && !Containers.any(spec, container -> options(container).has("hostProcess"))) {
            return;
        }
        boolean said = pod.has("hostProcess");
        int[] counts = new int[2];
        Containers.each(spec, at, (container, here) -> {
            ObjectValue own = options(container);
            boolean host = own.has("hostProcess") ? own.bool("hostProcess") : pod.bool("hostProcess");
            if (said && own.has("hostProcess") && own.bool("hostProcess") != pod.bool("hostProcess")) {
                checks.add(FieldError.invalid(
                        here.child("securityContext", "windowsOptions", "hostProcess"),
                        own.valueOrNull("hostProcess"),
                        "pod hostProcess value must be identical if both are specified, was "
                                + pod.bool("hostProcess")));
            }
            counts[0]++;
            counts[1] += host ? 1 : 0;
        });
        if (counts[1] == 0) {
            return;
        }
        if (counts[1] != counts[0]) {
            checks.invalid(
                    at,
                    "",
                    "If pod contains any hostProcess containers then all containers must be HostProcess containers");
        }
        if (!spec.bool("hostNetwork")) {
            checks.invalid(
                    at.child("hostNetwork"),
                    Value.of(false),
                    "hostNetwork must be true if pod contains any hostProcess containers");
        }
    }

    private static ObjectValue options(ObjectValue container) {
        return container.object("securityContext").object("windowsOptions");
    }
}
