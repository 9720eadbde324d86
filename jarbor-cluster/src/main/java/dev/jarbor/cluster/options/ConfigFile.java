package dev.jarbor.cluster.options;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.BooleanValue;
import dev.jarbor.api.value.IntegerValue;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.StringValue;
import dev.jarbor.api.value.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A control plane's configuration file: YAML with the options' names as fields.
 *
 * <pre>
 * apiVersion: jarbor.dev/v1
 * kind: ServerConfiguration
 * secure-port: 6443
 * authorization-mode: [Node, RBAC]
 * token-auth-file: tokens.csv          # relative to this file
 * </pre>
 */
public final class ConfigFile {
    private static final String VERSION = "jarbor.dev/v1";
    private static final String KIND = "ServerConfiguration";

    private ConfigFile() {}

    /** @throws WrongOption when it cannot be read, or says something that is no option */
    public static OptionValues read(Path file) {
        ObjectValue config;
        try {
            config = object(Files.readString(file), file);
        } catch (NoSuchFileException missing) {
            throw new WrongOption("--config: there is no file " + file, missing);
        } catch (IOException unreadable) {
            throw new WrongOption(
                    "--config: cannot read " + file + " ("
                            + unreadable.getClass().getSimpleName() + ")",
                    unreadable);
        } catch (DecodeException malformed) {
            throw new WrongOption("--config: " + file + " is no YAML object: " + malformed.getMessage(), malformed);
        }
        require(config, "apiVersion", VERSION, file);
        require(config, "kind", KIND, file);
        var fields = new TreeMap<String, List<String>>();
        for (String name : config.without("apiVersion").without("kind").names()) {
            ServerOption option = ServerOptions.named(name)
                    .orElseThrow(() -> new WrongOption("unknown field " + name + " in " + file
                            + ServerOptions.like(name)
                                    .map(like -> "; did you mean " + like + "?")
                                    .orElse("; `jarbor server --help` lists the options")));
            fields.put(name, values(option, config.valueOrNull(name), file));
        }
        return OptionValues.ofFile(fields, file);
    }

    private static ObjectValue object(String text, Path file) {
        if (Yaml.parse(text) instanceof ObjectValue object) {
            return object;
        }
        throw new WrongOption("--config: " + file + " is no YAML object");
    }

    private static void require(ObjectValue config, String field, String wanted, Path file) {
        if (!config.string(field).equals(wanted)) {
            throw new WrongOption("--config: " + file + " must say " + field + ": " + wanted);
        }
    }

    private static List<String> values(ServerOption option, Value value, Path file) {
        boolean many = option.kind() == ServerOption.Kind.LIST || option.kind() == ServerOption.Kind.FILES;
        if (value instanceof ListValue items && many) {
            var texts = new ArrayList<String>();
            items.forEach(item -> texts.add(scalar(option, item, file)));
            return texts;
        }
        return List.of(scalar(option, value, file));
    }

    private static String scalar(ServerOption option, Value value, Path file) {
        return switch (value) {
            case StringValue(String text) -> text;
            case BooleanValue(boolean truth) -> Boolean.toString(truth);
            case IntegerValue(long number) -> Long.toString(number);
            default ->
                throw new WrongOption(option.name() + " in " + file + " takes "
                        + (option.takes().isEmpty() ? "true or false" : option.takes()) + ", not an object or a list");
        };
    }
}
