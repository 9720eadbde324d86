package dev.jarbor.cluster.options;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.admission.AdmissionSettings;
import dev.jarbor.server.admission.builtin.BuiltInAdmission;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The options about built-in admission. */
final class AdmissionOptions {
    private static final String FILE = "admission-control-config-file";

    private AdmissionOptions() {}

    static AdmissionSettings settings(OptionValues values) {
        var settings = new AdmissionSettings(
                values.list("enable-admission-plugins", List.of()),
                values.list("disable-admission-plugins", List.of()),
                new TreeMap<>(),
                new AdmissionSettings.Tolerated(
                        seconds(values, "default-not-ready-toleration-seconds"),
                        seconds(values, "default-unreachable-toleration-seconds")),
                values.flag("allow-privileged", true));
        AdmissionSettings configured = KubeconfigOptions.object(
                        values, FILE, file -> settings.configured(file, path -> named(values, path)))
                .map(all -> beside(values, all))
                .orElse(settings);
        try {
            BuiltInAdmission.check(configured);
        } catch (IllegalArgumentException wrong) {
            throw new WrongOption("--" + wrong.getMessage(), wrong);
        }
        return configured;
    }

    private static int seconds(OptionValues values, String name) {
        return values.number(name, 0, Integer.MAX_VALUE, 300);
    }

    /** The kubeconfig of ImagePolicyWebhook, too, may be named from where the file is. */
    private static AdmissionSettings beside(OptionValues values, AdmissionSettings settings) {
        String plugin = "ImagePolicyWebhook";
        String named = settings.of(plugin).object("imagePolicy").string("kubeConfigFile");
        return named.isEmpty()
                ? settings
                : settings.configuring(
                        plugin,
                        settings.of(plugin)
                                .update(
                                        "imagePolicy",
                                        policy -> policy.with(
                                                "kubeConfigFile",
                                                folder(values).resolve(named).toString())));
    }

    private static Path folder(OptionValues values) {
        Path file = values.path(FILE).orElseThrow().toAbsolutePath();
        return Optional.ofNullable(file.getParent()).orElse(file);
    }

    /** A plugin's own file, which stands beside the one that names it. */
    private static ObjectValue named(OptionValues values, String path) {
        Path file = folder(values).resolve(path);
        try {
            if (Yaml.parse(Files.readString(file)) instanceof ObjectValue object) {
                return object;
            }
            throw new IllegalArgumentException(file + ": there is no YAML object in it");
        } catch (IOException | DecodeException unreadable) {
            throw new IllegalArgumentException("cannot read " + file + ": " + unreadable.getMessage(), unreadable);
        }
    }
}
