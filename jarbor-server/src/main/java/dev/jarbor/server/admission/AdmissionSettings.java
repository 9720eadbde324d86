package dev.jarbor.server.admission;

import dev.jarbor.api.value.ObjectValue;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a cluster's owner decides about built-in admission; built up from {@link #DEFAULT}.
 *
 * @param enabled names of plugins that are on beside those that always are, as in {@code --enable-admission-plugins}
 * @param disabled names of plugins that are off, as in {@code --disable-admission-plugins}
 * @param configuration what plugins are told, by their name: the {@code configuration} of an AdmissionConfiguration's
 *     {@code plugins}
 * @param tolerated what DefaultTolerationSeconds gives pods
 * @param privileged whether containers may be, as in {@code --allow-privileged}
 */
public record AdmissionSettings(
        List<String> enabled,
        List<String> disabled,
        SortedMap<String, ObjectValue> configuration,
        Tolerated tolerated,
        boolean privileged) {
    public static final AdmissionSettings DEFAULT =
            new AdmissionSettings(List.of(), List.of(), new TreeMap<>(), Tolerated.DEFAULT, true);

    private static final String GROUP = "apiserver.config.k8s.io/";

    /**
     * How long pods stay on a node, unless they say otherwise, in seconds.
     *
     * @param notReady that is not ready, as in {@code --default-not-ready-toleration-seconds}
     * @param unreachable that cannot be reached, as in {@code --default-unreachable-toleration-seconds}
     */
    public record Tolerated(int notReady, int unreachable) {
        public static final Tolerated DEFAULT = new Tolerated(300, 300);
    }

    public AdmissionSettings {
        enabled = List.copyOf(enabled);
        disabled = List.copyOf(disabled);
        configuration = Collections.unmodifiableSortedMap(new TreeMap<>(configuration));
    }

    public AdmissionSettings enabling(String... names) {
        return new AdmissionSettings(List.of(names), disabled, configuration, tolerated, privileged);
    }

    public AdmissionSettings disabling(String... names) {
        return new AdmissionSettings(enabled, List.of(names), configuration, tolerated, privileged);
    }

    public AdmissionSettings tolerating(Tolerated other) {
        return new AdmissionSettings(enabled, disabled, configuration, other, privileged);
    }

    public AdmissionSettings allowingPrivileged(boolean allowed) {
        return new AdmissionSettings(enabled, disabled, configuration, tolerated, allowed);
    }

    /** Tells one plugin its configuration, such as a PodSecurityConfiguration. */
    public AdmissionSettings configuring(String plugin, ObjectValue told) {
        var changed = new TreeMap<>(configuration);
        changed.put(plugin, told);
        return new AdmissionSettings(enabled, disabled, changed, tolerated, privileged);
    }

    /**
     * Takes over a whole AdmissionConfiguration, as in {@code --admission-control-config-file}.
     *
     * @param files reads what a plugin's {@code path} names
     * @throws IllegalArgumentException where it is not one
     * @see <a href="https://kubernetes.io/docs/reference/config-api/apiserver-config.v1/">kube-apiserver configuration</a>
     */
    public AdmissionSettings configured(ObjectValue file, Function<String, ObjectValue> files) {
        boolean known = file.string("apiVersion").startsWith(GROUP)
                && file.string("kind").equals("AdmissionConfiguration");
        if (!known) {
            throw new IllegalArgumentException("an AdmissionConfiguration of " + GROUP + "v1 is wanted, not "
                    + file.string("kind") + " of " + file.string("apiVersion"));
        }
        AdmissionSettings settings = this;
        for (ObjectValue plugin : file.list("plugins").objects()) {
            String name = plugin.string("name");
            if (plugin.has("configuration") && plugin.has("path")) {
                throw new IllegalArgumentException(
                        "admission plugin " + name + " has both a path and a configuration; only one can be");
            }
            ObjectValue told = plugin.has("path") ? files.apply(plugin.string("path")) : plugin.object("configuration");
            settings = settings.configuring(name, told);
        }
        return settings;
    }

    /** What {@code plugin} is told; empty where nothing is. */
    public ObjectValue of(String plugin) {
        return configuration.getOrDefault(plugin, ObjectValue.EMPTY);
    }
}
