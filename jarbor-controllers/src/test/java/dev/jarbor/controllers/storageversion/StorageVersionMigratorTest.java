package dev.jarbor.controllers.storageversion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.core.v1.ConfigMap;
import dev.jarbor.api.meta.v1.Condition;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.storagemigration.v1beta1.StorageVersionMigration;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Verb;
import dev.jarbor.controllers.World;
import java.time.Duration;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All objects of a resource are written anew, and the migration says so (KEP-4192). */
class StorageVersionMigratorTest {
    private World world = new World(1);
    private final TreeSet<String> written = new TreeSet<>();

    private void start() {
        world.start(new StorageVersionMigrator(
                world.api, world.informers, world.runtime, Schemas.builtIn().resources()));
        for (int i = 0; i < 5; i++) {
            world.api.put(ConfigMap.KIND, ConfigMap.named("shop", "map-" + i));
        }
    }

    /** Notes who is written before each write happens. */
    private void watchWrites() {
        world.api.beforeNext(
                request ->
                        request.verb() == Verb.PATCH && request.path().plural().equals("configmaps"),
                request -> {
                    written.add(request.path().name());
                    watchWrites();
                });
    }

    private void migrate(String resource) {
        world.api.put(
                StorageVersionMigration.KIND,
                new StorageVersionMigration(
                        StorageVersionMigration.named("one").value().with("spec", (ObjectValue)
                                Yaml.parse("{resource: {group: '', resource: " + resource + "}}"))));
        world.runtime.advance(Duration.ofSeconds(5));
    }

    private StorageVersionMigration migration() {
        return world.api.get(StorageVersionMigration.KIND, ObjectKey.cluster("one"));
    }

    private String conditions() {
        return String.join(
                " ",
                migration().status().conditions().stream()
                        .map((Condition one) -> one.type() + "=" + one.status())
                        .toList());
    }

    @Test
    void everyObjectIsWrittenOnce() {
        start();
        watchWrites();
        migrate("configmaps");
        assertThat(written).containsExactly("map-0", "map-1", "map-2", "map-3", "map-4");
        assertThat(conditions()).isEqualTo("Running=False Succeeded=True");
        assertThat(migration().status().resourceVersion()).isNotEmpty();
    }

    @Test
    void aResourceThatDoesNotComeFailsTheMigration() {
        start();
        migrate("nothings");
        assertThat(conditions()).isEmpty();
        world.runtime.advance(Duration.ofMinutes(2));
        assertThat(conditions()).isEqualTo("Failed=True");
        assertThat(migration().status().conditions().getFirst().message()).isEqualTo("resource not found");
    }

    @Test
    void anObjectThatCannotBeWrittenFailsTheMigration() {
        start();
        world.api.failNext(
                request -> request.verb() == Verb.PATCH && request.path().name().equals("map-3"),
                ApiException.badRequest("no"));
        migrate("configmaps");
        assertThat(conditions()).isEqualTo("Running=False Failed=True");
        assertThat(migration().status().conditions().getLast().message())
                .isEqualTo("migration encountered unhandled error");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void itComesToItsEndThroughTrouble(long seed) {
        world = new World(seed);
        start();
        migrate("configmaps");
        for (int step = 0; step < 10; step++) {
            world.trouble(6);
            world.runtime.advance(Duration.ofMillis(world.runtime.random().nextInt(500)));
        }
        world.calm();
        assertThat(conditions()).as("seed " + seed).isEqualTo("Running=False Succeeded=True");
    }
}
