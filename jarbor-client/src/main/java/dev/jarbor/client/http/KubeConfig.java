package dev.jarbor.client.http;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * What a kubeconfig file says: clusters, users, and contexts that bring the two together. Immutable; fields that this
 * version does not know are kept.
 *
 * @param value the whole file
 * @param folder what relative paths in it start from: the file's own folder
 * @see <a href="https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/">Organizing cluster
 *     access using kubeconfig files</a>
 */
public record KubeConfig(ObjectValue value, Path folder) {
    private static final List<String> LISTS = List.of("clusters", "contexts", "users");

    /** What to make of a cluster entry that asks not to verify the server. */
    public enum Verification {
        /** Refuse it. */
        REQUIRED,
        /** Do as it says. */
        AS_CONFIGURED
    }

    /** A file that says nothing yet. */
    public static KubeConfig empty(Path folder) {
        return new KubeConfig(
                ObjectValue.EMPTY
                        .with("apiVersion", "v1")
                        .with("kind", "Config")
                        .with("clusters", ListValue.EMPTY)
                        .with("contexts", ListValue.EMPTY)
                        .with("users", ListValue.EMPTY)
                        .with("current-context", ""),
                folder);
    }

    /** What {@code yaml} says; relative paths in it start from the current folder. */
    public static KubeConfig parse(String yaml) {
        return KubeConfigFile.parse(
                yaml.getBytes(StandardCharsets.UTF_8), "kubeconfig", Path.of("").toAbsolutePath());
    }

    /** The file that new contexts go to for this process's user: see {@link KubeConfigFile#ofUser}. */
    public static Path defaultFile() {
        Path home = Path.of(System.getProperty("user.home", ""));
        return KubeConfigFile.toWrite(KubeConfigFile.ofUser(System.getenv(), home))
                .path();
    }

    /** Puts everything that {@code added} says into {@code file}, its current context included. */
    public static void merge(Path file, KubeConfig added) {
        new KubeConfigFile(file).change(before -> before.withAllOf(added));
    }

    /** Takes the context, cluster and user {@code name} out of {@code file}, if there is such a file. */
    public static void removeContext(Path file, String name) {
        if (Files.exists(file)) {
            new KubeConfigFile(file).change(before -> before.without(name));
        }
    }

    /** The context used unless another is named; "" where none is set. */
    public String currentContext() {
        return value.string("current-context");
    }

    /** The names of all contexts, in the order of the file. */
    public List<String> contexts() {
        return value.list("contexts").objects().stream()
                .map(entry -> entry.string("name"))
                .toList();
    }

    /** The namespace that {@code context} ("" for the current one) works in unless told otherwise. */
    public String namespace(String context) {
        String namespace = named("contexts", "context", chosen(context)).string("namespace");
        return namespace.isEmpty() ? "default" : namespace;
    }

    /** How to reach the cluster of the current context, verifying the server. */
    public ClientConfig client() {
        return client("");
    }

    /** How to reach the cluster of {@code context} ("" for the current one), verifying the server. */
    public ClientConfig client(String context) {
        return client(context, Verification.REQUIRED);
    }

    /** How to reach the cluster of {@code context} ("" for the current one). Files that it names are read now. */
    public ClientConfig client(String context, Verification verification) {
        ObjectValue entry = named("contexts", "context", chosen(context));
        String clusterName = entry.string("cluster");
        ObjectValue cluster = named("clusters", "cluster", clusterName);
        String server = cluster.string("server");
        if (server.isEmpty()) {
            throw new IllegalArgumentException("cluster \"" + clusterName + "\" of the kubeconfig has no server");
        }
        refuse(cluster, "cluster \"" + clusterName + "\"", "proxy-url", "tls-server-name");
        ClientConfig config = ClientConfig.of(URI.create(server)).withTrust(trust(clusterName, cluster, verification));
        String userName = entry.string("user");
        return userName.isEmpty() ? config : asUser(config, userName, named("users", "user", userName));
    }

    private ClientConfig.Trust trust(String name, ObjectValue cluster, Verification verification) {
        String authority = content(cluster, "certificate-authority");
        if (!cluster.bool("insecure-skip-tls-verify")) {
            return authority.isEmpty()
                    ? new ClientConfig.Trust.System()
                    : new ClientConfig.Trust.Authorities(authority);
        }
        if (!authority.isEmpty()) {
            throw new IllegalArgumentException(
                    "cluster \"" + name + "\" of the kubeconfig names a certificate authority and"
                            + " insecure-skip-tls-verify: remove one of them");
        }
        if (verification == Verification.REQUIRED) {
            throw new IllegalArgumentException(
                    "cluster \"" + name + "\" of the kubeconfig asks not to verify the server"
                            + " (insecure-skip-tls-verify): give it a certificate-authority, or allow this explicitly");
        }
        return new ClientConfig.Trust.Anybody();
    }

    private ClientConfig asUser(ClientConfig config, String name, ObjectValue user) {
        refuse(user, "user \"" + name + "\"", "exec", "auth-provider", "as-user-extra");
        ClientConfig.Impersonation as = new ClientConfig.Impersonation(
                user.string("as"), user.string("as-uid"), user.list("as-groups").strings());
        return config.withImpersonation(as).withCredential(credential(name, user));
    }

    /** With several given, the order is client-go's: a certificate, then a token file, a token, a password. */
    private ClientConfig.Credential credential(String name, ObjectValue user) {
        String certificate = content(user, "client-certificate");
        String key = content(user, "client-key");
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new IllegalArgumentException("user \"" + name + "\" of the kubeconfig has "
                    + (key.isEmpty()
                            ? "a client certificate but no client key"
                            : "a client key but no client certificate"));
        }
        if (!certificate.isEmpty()) {
            return new ClientConfig.Credential.Certificate(certificate, key);
        }
        if (!user.string("tokenFile").isEmpty()) {
            return new ClientConfig.Credential.TokenFile(folder.resolve(user.string("tokenFile")));
        }
        if (!user.string("token").isEmpty()) {
            return new ClientConfig.Credential.Token(user.string("token"));
        }
        return user.string("username").isEmpty()
                ? new ClientConfig.Credential.Anonymous()
                : new ClientConfig.Credential.Password(user.string("username"), user.string("password"));
    }

    private static void refuse(ObjectValue entry, String where, String... fields) {
        for (String field : fields) {
            boolean present = entry.get(field)
                    .filter(value -> !value.equals(Value.of("")) && !value.equals(ObjectValue.EMPTY))
                    .isPresent();
            if (present) {
                throw new IllegalArgumentException(where + " of the kubeconfig uses " + field
                        + ", which Jarbor's client does not support; a token or a client certificate works");
            }
        }
    }

    /** The text behind {@code field}: inline as base64 in {@code field-data}, or in the file that it names. */
    private String content(ObjectValue entry, String field) {
        String data = entry.string(field + "-data");
        if (!data.isEmpty()) {
            try {
                return new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException malformed) {
                throw new IllegalArgumentException(field + "-data of the kubeconfig is not base64", malformed);
            }
        }
        String file = entry.string(field);
        if (file.isEmpty()) {
            return "";
        }
        try {
            return Files.readString(folder.resolve(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(
                    "cannot read " + folder.resolve(file) + ", the " + field + " of the kubeconfig", unreadable);
        }
    }

    private String chosen(String context) {
        String name = context.isEmpty() ? currentContext() : context;
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the kubeconfig has no current-context: name one of " + contexts());
        }
        return name;
    }

    private ObjectValue named(String list, String content, String name) {
        return find(list, name)
                .map(entry -> entry.object(content))
                .orElseThrow(() -> new IllegalArgumentException(
                        "the kubeconfig has no " + content + " \"" + name + "\"; it has " + names(list)));
    }

    private List<String> names(String list) {
        return value.list(list).objects().stream()
                .map(entry -> entry.string("name"))
                .toList();
    }

    private Optional<ObjectValue> find(String list, String name) {
        return value.list(list).objects().stream()
                .filter(entry -> entry.string("name").equals(name))
                .findFirst();
    }

    /** With cluster, user and context {@code name} for this server and client certificate, replacing those of that name. */
    public KubeConfig withCluster(String name, URI server, String authorityPem, String certificatePem, String keyPem) {
        return withCluster(
                name,
                server,
                authorityPem,
                ObjectValue.EMPTY
                        .with("client-certificate-data", base64(certificatePem))
                        .with("client-key-data", base64(keyPem)));
    }

    /** The same for a user who shows a bearer token. */
    public KubeConfig withCluster(String name, URI server, String authorityPem, String token) {
        return withCluster(name, server, authorityPem, ObjectValue.EMPTY.with("token", token));
    }

    private KubeConfig withCluster(String name, URI server, String authorityPem, ObjectValue user) {
        ObjectValue cluster = ObjectValue.EMPTY
                .with("server", server.toString())
                .with("certificate-authority-data", base64(authorityPem));
        ObjectValue context = ObjectValue.EMPTY.with("cluster", name).with("user", name);
        return with("clusters", "cluster", name, cluster)
                .with("users", "user", name, user)
                .with("contexts", "context", name, context);
    }

    /** With every entry of {@code other}, replacing those of the same name, and with its current context, if it has one. */
    public KubeConfig withAllOf(KubeConfig other) {
        KubeConfig merged = this;
        for (String list : LISTS) {
            for (ObjectValue entry : other.value.list(list).objects()) {
                merged = merged.with(list, entry);
            }
        }
        return other.currentContext().isEmpty() ? merged : merged.withCurrentContext(other.currentContext());
    }

    /** With {@code context} as the one used unless another is named. */
    public KubeConfig withCurrentContext(String context) {
        return new KubeConfig(value.with("current-context", context), folder);
    }

    /** Without the context, cluster and user {@code name}; the current context is unset if it was this one. */
    public KubeConfig without(String name) {
        ObjectValue changed = value;
        for (String list : LISTS) {
            changed = changed.with(
                    list,
                    ListValue.of(changed.list(list).objects().stream()
                            .filter(entry -> !entry.string("name").equals(name))
                            .toList()));
        }
        return new KubeConfig(currentContext().equals(name) ? changed.with("current-context", "") : changed, folder);
    }

    /**
     * This file and {@code next} read as one: of entries with the same name, and of single values, this file's count.
     * Paths of both become absolute.
     */
    public KubeConfig and(KubeConfig next) {
        KubeConfig absolute = absolute();
        KubeConfig other = next.absolute();
        ObjectValue merged = absolute.value;
        for (String field : other.value.names()) {
            if (LISTS.contains(field)) {
                var entries = new ArrayList<>(merged.list(field).objects());
                other.value.list(field).objects().stream()
                        .filter(entry ->
                                absolute.find(field, entry.string("name")).isEmpty())
                        .forEach(entries::add);
                merged = merged.with(field, ListValue.of(entries));
            } else if (!merged.has(field) || merged.valueOrNull(field).equals(Value.of(""))) {
                merged = merged.with(field, other.value.valueOrNull(field));
            }
        }
        return new KubeConfig(merged, folder);
    }

    private KubeConfig absolute() {
        return eachPath("clusters", "cluster", "certificate-authority")
                .eachPath("users", "user", "client-certificate")
                .eachPath("users", "user", "client-key")
                .eachPath("users", "user", "tokenFile");
    }

    private KubeConfig eachPath(String list, String content, String field) {
        var entries = value.list(list).objects().stream()
                .map(entry -> entry.object(content).string(field).isEmpty()
                        ? entry
                        : entry.update(
                                content,
                                inner -> inner.with(
                                        field,
                                        folder.resolve(inner.string(field)).toString())))
                .toList();
        return value.has(list) ? new KubeConfig(value.with(list, ListValue.of(entries)), folder) : this;
    }

    private KubeConfig with(String list, String content, String name, ObjectValue entry) {
        return with(list, ObjectValue.EMPTY.with("name", name).with(content, entry));
    }

    private KubeConfig with(String list, ObjectValue entry) {
        var entries = new ArrayList<Value>();
        boolean replaced = false;
        for (ObjectValue other : value.list(list).objects()) {
            boolean same = other.string("name").equals(entry.string("name"));
            entries.add(same ? entry : other);
            replaced |= same;
        }
        if (!replaced) {
            entries.add(entry);
        }
        return new KubeConfig(value.with(list, ListValue.of(entries)), folder);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Names the contexts and never the secrets. */
    @Override
    public String toString() {
        return "KubeConfig" + contexts();
    }
}
