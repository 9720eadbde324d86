package dev.jarbor.embed;

import dev.jarbor.api.Kind;
import dev.jarbor.api.KubeObject;
import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.Patch;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** One part of a simulated world: what it begins with, what people do to it, and what must hold of it all the time. */
interface Subject {
    /** Puts into the cluster what it begins with. */
    void begin();

    /** Somebody changes something. */
    void act(RandomGenerator chance);

    /** Somebody does what loops have to make good again. */
    default void harm(RandomGenerator chance) {}

    /** What was done for a while only is undone. */
    default void settle() {}

    /** Looks at the cluster after each write. */
    void look(Moment before, Moment now, Findings findings);

    /** What a cluster with which nothing goes wrong any more has not brought to its end. */
    Optional<String> unsettled(Moment now);

    static <T extends KubeObject> T create(Api api, Kind<T> kind, String yaml) {
        return api.create(kind, kind.read((ObjectValue) Yaml.parse(yaml)));
    }

    static void patch(Api api, Kind<?> kind, String name, String json) {
        api.patch(kind, key(name), Patch.strategic(Json.object(json)));
    }

    static void delete(Api api, Kind<?> kind, ObjectValue object) {
        api.delete(kind, Moment.key(object));
    }

    /** Of what is called so in the namespace {@code default}. */
    static ObjectKey key(String name) {
        return new ObjectKey("default", name);
    }
}
