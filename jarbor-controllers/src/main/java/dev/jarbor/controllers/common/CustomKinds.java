package dev.jarbor.controllers.common;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.apiextensions.v1.CustomResourceDefinition;
import dev.jarbor.api.apiextensions.v1.CustomResourceDefinitionVersion;
import java.util.Comparator;
import java.util.Optional;

/** Which kinds the definitions of custom resources bring. */
public final class CustomKinds {
    private CustomKinds() {}

    /** The kind that {@code definition} brings, in its stored version if that is served; empty while it is not served. */
    public static Optional<Kind<GenericObject>> of(CustomResourceDefinition definition) {
        boolean established = definition.status().conditions().stream()
                .anyMatch(condition -> condition.type().equals("Established")
                        && condition.status().equals("True"));
        if (!established) {
            return Optional.empty();
        }
        return definition.spec().versions().stream()
                .filter(CustomResourceDefinitionVersion::served)
                .min(Comparator.comparing(version -> !version.storage()))
                .map(version -> Kind.generic(
                        definition.spec().group(),
                        version.name(),
                        definition.status().acceptedNames().kind(),
                        definition.spec().names().plural(),
                        definition.spec().scope().equals("Namespaced")));
    }
}
