package dev.jarbor.server.registry;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.Schemas;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Every resource that the server serves, by group, version and name. The versions of one resource share one place in the
 * store and are converted on the way in and out.
 *
 * <p>What is built in never changes and is looked at first, so that custom resources cost nothing where there are none.
 * Custom ones are a {@link Catalog} that a source derives from the store's present state: a definition that has been
 * acknowledged is found by the next request.
 */
public final class Registry {
    private static final Deprecations DEPRECATIONS = Deprecations.read();

    private final Schemas schemas;
    /** All versions, served or not: objects are kept in one of them. */
    private final Catalog builtIn;

    private final Catalog offered;
    private final Supplier<Catalog> custom;
    private final AtomicReference<Whole> whole;

    /** Both catalogs as one list, made anew when the custom one is another. */
    private record Whole(Catalog custom, List<ServedResource> served) {}

    /** What the code knows about resources beyond their schema; keys are like {@code deployments.apps}. */
    public record Rules(
            Map<String, Strategy> strategies, Map<String, Conversion> conversions, Map<String, String> aliases) {
        /** The rules of what is called {@code name}, or else of what is kept in the same place. */
        Strategy strategy(String name, String storage) {
            return strategies.getOrDefault(name, strategies.getOrDefault(storage, Strategy.PLAIN));
        }

        /**
         * @param strategies by name, such as {@code deployments.apps}
         * @param conversions by {@code plural.group/version}, for versions of another shape than the stored one
         * @param aliases resources that are kept in another one's place
         */
        public Rules {
            strategies = Map.copyOf(strategies);
            conversions = Map.copyOf(conversions);
            aliases = Map.copyOf(aliases);
        }
    }

    /** Of built-in resources alone, in all versions. */
    public Registry(Schemas schemas, Rules rules) {
        this(schemas, rules, RuntimeConfig.EVERYTHING, () -> Catalog.EMPTY);
    }

    /**
     * @param versions which of the built-in ones are served
     * @param custom answers what else is served at the moment; the same object until that changes
     */
    public Registry(Schemas schemas, Rules rules, RuntimeConfig versions, Supplier<Catalog> custom) {
        this.schemas = schemas;
        this.custom = custom;
        Map<String, KindFacts> facts = KindFacts.table();
        Map<String, ResourceDefinition> hubs = hubs(schemas.resources(), rules);
        var all = new ArrayList<ServedResource>();
        for (ResourceDefinition definition : schemas.resources()) {
            all.add(served(definition, hubs, facts, rules));
        }
        builtIn = new Catalog(all);
        offered = new Catalog(all.stream()
                .filter(resource -> versions.serves(resource.definition()))
                .toList());
        whole = new AtomicReference<>(new Whole(Catalog.EMPTY, offered.served()));
    }

    /** The types of built-in resources. */
    public Schemas schemas() {
        return schemas;
    }

    /** The built-in resources, in the versions that are served. */
    public Catalog builtIn() {
        return offered;
    }

    /** Every built-in resource in every version: objects may be kept, and fields owned, in one that is not served. */
    public Catalog known() {
        return builtIn;
    }

    /** The custom resources of the moment; the same object until they change. */
    public Catalog custom() {
        return custom.get();
    }

    /** All resources: the built-in ones by group, version and name, then the custom ones. */
    @SuppressWarnings("ReferenceEquality") // whether anything changed, not whether it is equal
    public List<ServedResource> served() {
        Catalog now = custom.get();
        Whole known = whole.get();
        if (known.custom() == now) {
            return known.served();
        }
        var all = new ArrayList<>(offered.served());
        for (ServedResource resource : now.served()) {
            Kind<?> kind = resource.kind();
            if (builtIn.find(kind.group(), kind.version(), kind.plural()).isEmpty()) {
                all.add(resource);
            }
        }
        var fresh = new Whole(now, List.copyOf(all));
        whole.set(fresh);
        return fresh.served();
    }

    /** What is served under that name; empty where that version is switched off. */
    public Optional<ServedResource> find(String group, String version, String plural) {
        Optional<ServedResource> found = offered.find(group, version, plural);
        return found.isPresent() ? found : custom.get().find(group, version, plural);
    }

    /** The resource kept at {@code storage}, in its stored version. */
    public ServedResource stored(String storage) {
        return builtIn.stored(storage)
                .or(() -> custom.get().stored(storage))
                .orElseThrow(() -> new IllegalStateException("no resource is stored as " + storage));
    }

    /** The resource of {@code group} called {@code plural}, in its stored version, be that served or not. */
    public Optional<ServedResource> find(String group, String plural) {
        Optional<ServedResource> found = builtIn.find(group, plural);
        return found.isPresent() ? found : custom.get().find(group, plural);
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
                rules.strategy(name(definition), storage),
                definition.subresource("status").isPresent(),
                Shape.of(schemas, definition.groupVersionKind()),
                Keeping.AS_IS,
                DEPRECATIONS.warning(kind),
                CustomVersion.NONE);
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
        return definition.group().isEmpty() ? definition.plural() : definition.plural() + "." + definition.group();
    }
}
