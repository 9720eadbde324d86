package dev.jarbor.cluster;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.cluster.options.EncryptionSettings;
import dev.jarbor.kms.KmsPlugin;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.http.Health;
import dev.jarbor.server.reload.FollowedFile;
import dev.jarbor.store.sealing.EncryptionConfiguration;
import dev.jarbor.store.sealing.EncryptionProviders;
import dev.jarbor.store.sealing.Sealing;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The sealing that a store is given: the configuration in use, which changes with its file where that is followed. A new
 * configuration comes into use when its KMS plugins are well; the former one's plugins are let go a little later.
 */
final class EncryptionAtRest implements Sealing, AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Runtime runtime;
    private final boolean followed;
    private volatile EncryptionProviders current;
    private volatile Optional<FollowedFile> file = Optional.empty();

    private EncryptionAtRest(EncryptionSettings settings, Runtime runtime) {
        this.runtime = runtime;
        this.followed = settings.followed();
        this.current = settings.configuration().open(KmsPlugin::new, runtime);
    }

    static EncryptionAtRest open(EncryptionSettings settings, Runtime runtime) {
        var sealing = new EncryptionAtRest(settings, runtime);
        if (settings.followed()) {
            sealing.file =
                    Optional.of(FollowedFile.start(settings.file(), settings.content(), runtime, sealing::takeUp));
        }
        return sealing;
    }

    private void takeUp(String content) {
        if (!(Yaml.parse(content) instanceof ObjectValue object)) {
            throw new IllegalArgumentException("there is no YAML object in it");
        }
        EncryptionProviders next = EncryptionConfiguration.of(object).open(KmsPlugin::new, runtime);
        Optional<String> objection = next.objection();
        if (objection.isPresent()) {
            next.close();
            throw new IllegalStateException("health check for new transformers failed: " + objection.get());
        }
        EncryptionProviders former = current;
        current = next;
        runtime.schedule("let go of former KMS plugins", GRACE, former::close);
    }

    /** What {@code /healthz} looks at: the plugins, where there are any or may come to be. */
    List<Health.Check> checks() {
        return followed || current.hasPlugins()
                ? List.of(new Health.Check("kms-providers", true, () -> current.objection()))
                : List.of();
    }

    @Override
    public byte[] seal(String resource, String place, byte[] plain) {
        return current.seal(resource, place, plain);
    }

    @Override
    public Opened open(String resource, String place, byte[] sealed) {
        return current.open(resource, place, sealed);
    }

    @Override
    public void close() {
        file.ifPresent(FollowedFile::close);
        current.close();
    }
}
