package dev.jarbor.cluster.options;

import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import java.util.List;

/** Options that say what to serve: what is asked must be what there is. */
final class Compatibility {
    private static final List<String> WHOLE = List.of("api/all", "api/ga");

    private Compatibility() {}

    /** @throws WrongOption naming what there is not, or what cannot be switched off */
    static void check(OptionValues values) {
        List<ResourceDefinition> served = Schemas.builtIn().resources();
        for (String pair : values.list("runtime-config", List.of())) {
            int equals = pair.indexOf('=');
            String api = equals < 0 ? pair : pair.substring(0, equals);
            String value = equals < 0 ? "true" : pair.substring(equals + 1);
            if (!value.equals("true") && !value.equals("false")) {
                throw new WrongOption(values.where("runtime-config") + ": " + pair + " ends in neither true nor false");
            }
            boolean known = WHOLE.contains(api)
                    || api.equals("api/beta")
                    || api.equals("api/alpha")
                    || served.stream().anyMatch(resource -> names(resource, api));
            if (!known) {
                throw new WrongOption(values.where("runtime-config") + ": there is no API " + api
                        + "; name one such as batch/v1, or api/all");
            }
            boolean servesIt = WHOLE.contains(api) || served.stream().anyMatch(resource -> names(resource, api));
            if (servesIt && value.equals("false")) {
                throw new WrongOption(values.where("runtime-config") + ": " + api
                        + " cannot be switched off in this version: leave it out");
            }
        }
    }

    private static boolean names(ResourceDefinition resource, String api) {
        var kind = resource.groupVersionKind();
        String version = kind.group().isEmpty() ? kind.version() : kind.group() + "/" + kind.version();
        return api.equals(version) || api.equals(version + "/" + resource.plural());
    }
}
