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
 */
public record AdmissionSettings(
        List<String> enabled, List<String> disabled, SortedMap<String, ObjectValue> configuration) {
    public static final AdmissionSettings DEFAULT = new AdmissionSettings(List.of(), List.of(), new TreeMap<>());

    private static final String GROUP = "apiserver.config.k8s.io/";

    public AdmissionSettings {
        enabled = List.copyOf(enabled);
        disabled = List.copyOf(disabled);
        configuration = Collections.unmodifiableSortedMap(new TreeMap<>(configuration));
    }

    public AdmissionSettings enabling(String... names) {
        return new AdmissionSettings(List.of(names), disabled, configuration);
    }

    public AdmissionSettings disabling(String... names) {
        return new AdmissionSettings(enabled, List.of(names), configuration);
    }

    /** Tells one plugin its configuration, such as a PodSecurityConfiguration. */
    public AdmissionSettings configuring(String plugin, ObjectValue told) {
        var changed = new TreeMap<>(configuration);
        changed.put(plugin, told);
        return new AdmissionSettings(enabled, disabled, changed);
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
