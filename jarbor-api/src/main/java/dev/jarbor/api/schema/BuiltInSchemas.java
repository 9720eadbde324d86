package dev.jarbor.api.schema;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The generated types: the files say where each is, and a type is read when it is first asked for. */
final class BuiltInSchemas implements Schemas {
    private final SchemaFile file = SchemaFile.load("types.tsv");
    private final List<String> ids = file.ids();
    private final List<ResourceDefinition> resources = ResourceFile.read(SchemaFile.text("resources.tsv"));
    private final Map<GroupVersionKind, String> kinds = new HashMap<>();
    private final ConcurrentHashMap<String, TypeSchema> read = new ConcurrentHashMap<>();

    private BuiltInSchemas() {
        for (String id : ids) {
            String[] opening = file.opening(id);
            if (opening.length > 2 && !opening[2].isEmpty()) {
                kinds.put(GroupVersionKind.of(opening[1], opening[2]), id);
            }
        }
    }

    static Schemas instance() {
        return Holder.INSTANCE;
    }

    @Override
    public Optional<TypeSchema> type(String id) {
        TypeSchema known = read.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        List<String[]> lines = file.section(id);
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        TypeSchema fresh = TypeLines.read(lines, documentation(id));
        TypeSchema earlier = read.putIfAbsent(id, fresh);
        return Optional.of(earlier == null ? fresh : earlier);
    }

    private static Documentation documentation(String id) {
        return field -> Holder.DESCRIPTIONS.of(id, field);
    }

    @Override
    public Optional<TypeSchema> forKind(GroupVersionKind kind) {
        return Optional.ofNullable(kinds.get(kind)).flatMap(this::type);
    }

    @Override
    public List<String> typeIds() {
        return ids;
    }

    @Override
    public List<ResourceDefinition> resources() {
        return resources;
    }

    private static final class Holder {
        static final BuiltInSchemas INSTANCE = new BuiltInSchemas();
        static final Descriptions DESCRIPTIONS = new Descriptions();
    }
}
