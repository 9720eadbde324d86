package dev.jarbor.server.registry;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Every resource that the server serves, by group, version and name. The versions of one resource share one place in the
 * store and are converted on the way in and out.
 */
public final class Registry {
    private final Schemas schemas;
    private final List<ServedResource> served;
    private final Map<Place, ServedResource> byPlace = new HashMap<>();
    private final Map<String, ServedResource> byStorage = new TreeMap<>();

    private record Place(String group, String version, String plural) {}

    /** What the code knows about resources beyond their schema; keys are like {@code deployments.apps}. */
    public record Rules(
            Map<String, Strategy> strategies, Map<String, Conversion> conversions, Map<String, String> aliases) {
        /**
         * @param strategies by storage
         * @param conversions by {@code plural.group/version}, for versions of another shape than the stored one
         * @param aliases resources that are kept in another one's place
         */
        public Rules {
            strategies = Map.copyOf(strategies);
            conversions = Map.copyOf(conversions);
            aliases = Map.copyOf(aliases);
        }
    }

    public Registry(Schemas schemas, Rules rules) {
        this.schemas = schemas;
        Map<String, KindFacts> facts = KindFacts.table();
        Map<String, ResourceDefinition> hubs = hubs(schemas.resources(), rules);
        var all = new ArrayList<ServedResource>();
        for (ResourceDefinition definition : schemas.resources()) {
            all.add(served(definition, hubs, facts, rules));
        }
        served = List.copyOf(all);
        for (ServedResource resource : served) {
            Kind<?> kind = resource.kind();
            byPlace.put(new Place(kind.group(), kind.version(), kind.plural()), resource);
            if (kind.equals(resource.stored())) {
                byStorage.put(resource.storage(), resource);
            }
        }
    }

    public Schemas schemas() {
        return schemas;
    }

    /** All resources, by group, version and name. */
    public List<ServedResource> served() {
        return served;
    }

    public Optional<ServedResource> find(String group, String version, String plural) {
        return Optional.ofNullable(byPlace.get(new Place(group, version, plural)));
    }

    /** The resource kept at {@code storage}, in its stored version. */
    public ServedResource stored(String storage) {
        ServedResource found = byStorage.get(storage);
        if (found == null) {
            throw new IllegalStateException("no resource is stored as " + storage);
        }
        return found;
    }

    /** The resource of {@code group} called {@code plural}, in its stored version. */
    public Optional<ServedResource> find(String group, String plural) {
        return served.stream()
                .filter(resource -> resource.is(group, plural))
                .findFirst()
                .map(resource -> resource.isStored() ? stored(resource.storage()) : resource);
    }

    private Conversion conversion(ResourceDefinition definition, ResourceDefinition hub, Rules rules) {
        if (hub.equals(definition)) {
            return Conversion.NONE;
        }
        Conversion written = rules.conversions().get(name(definition) + "/" + definition.version());
        return written != null
                ? written
                : new ShapeConversion(schemas, definition.groupVersionKind(), hub.groupVersionKind());
    }

    private ServedResource served(
            ResourceDefinition definition,
            Map<String, ResourceDefinition> hubs,
            Map<String, KindFacts> facts,
            Rules rules) {
        Kind<GenericObject> kind = kind(definition);
        String storage = storage(definition, rules);
        ResourceDefinition hub = hubs.getOrDefault(storage, definition);
        return new ServedResource(
                definition,
                kind,
                kind(hub),
                definition.isStored() ? storage : "",
                conversion(definition, hub, rules),
                facts.getOrDefault(name(definition), facts.getOrDefault(storage, KindFacts.COMMON)),
                rules.strategies().getOrDefault(storage, Strategy.PLAIN),
                definition.subresource("status").isPresent());
    }

    private static Kind<GenericObject> kind(ResourceDefinition definition) {
        return Kind.generic(
                definition.group(),
                definition.version(),
                definition.kind(),
                definition.plural(),
                definition.namespaced());
    }

    /** The most mature and then highest version of each resource is the one that is stored. */
    private static Map<String, ResourceDefinition> hubs(List<ResourceDefinition> definitions, Rules rules) {
        var hubs = new TreeMap<String, ResourceDefinition>();
        for (ResourceDefinition definition : definitions) {
            boolean alias = rules.aliases().containsKey(name(definition));
            if (definition.isStored() && !alias) {
                hubs.merge(storage(definition, rules), definition, Registry::hub);
            }
        }
        return hubs;
    }

    private static ResourceDefinition hub(ResourceDefinition one, ResourceDefinition other) {
        Comparator<ResourceDefinition> maturity = Comparator.comparingInt((ResourceDefinition definition) ->
                        definition.version().contains("alpha") ? 0 : definition.isStable() ? 2 : 1)
                .thenComparing(ResourceDefinition::version);
        return maturity.compare(one, other) >= 0 ? one : other;
    }

    private static String storage(ResourceDefinition definition, Rules rules) {
        String name = name(definition);
        return rules.aliases().getOrDefault(name, name);
    }

    private static String name(ResourceDefinition definition) {
        return kind(definition).resource();
    }
}
