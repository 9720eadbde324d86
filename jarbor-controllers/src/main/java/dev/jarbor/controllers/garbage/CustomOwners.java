package dev.jarbor.controllers.garbage;

import dev.jarbor.api.apiextensions.v1.CustomResourceDefinition;
import dev.jarbor.api.apiextensions.v1.CustomResourceDefinitionVersion;
import dev.jarbor.client.Change;
import dev.jarbor.controllers.common.CustomKinds;
import dev.jarbor.runtime.Runtime;
import java.time.Duration;
import java.util.stream.Collectors;

/** Follows the kinds of custom resources as their definitions come and go. */
final class CustomOwners {
    /** How long a kind is remembered after its definition: what its last objects owned is judged in that time. */
    private static final Duration REMEMBERED = Duration.ofSeconds(30);

    private final Runtime runtime;
    private final FollowedKinds kinds;

    CustomOwners(Runtime runtime, FollowedKinds kinds) {
        this.runtime = runtime;
        this.kinds = kinds;
    }

    /** Told of each definition, one change at a time. */
    void changed(Change<CustomResourceDefinition> change) {
        CustomResourceDefinition definition = change.object();
        String uid = definition.metadata().uid();
        CustomKinds.of(definition).ifPresent(kind -> {
            var served = new ServedKind(
                    kind,
                    definition.spec().versions().stream()
                            .filter(CustomResourceDefinitionVersion::served)
                            .map(CustomResourceDefinitionVersion::name)
                            .collect(Collectors.toSet()));
            if (change instanceof Change.Deleted<CustomResourceDefinition>) {
                runtime.schedule("end of " + definition.name(), REMEMBERED, () -> kinds.forget(served.name(), uid));
            } else {
                kinds.follow(served, uid);
            }
        });
    }
}
