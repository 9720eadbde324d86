package dev.jarbor.server.customresources;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.registry.Keeping;
import dev.jarbor.server.structural.Defaulting;
import dev.jarbor.server.structural.Pruning;
import dev.jarbor.server.structural.StructuralSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Custom resources between the version that was asked for and the one that is stored. What comes out of the store is
 * pruned and defaulted by the schema of the version it is in, which may be another one than it was written by.
 *
 * @param asked the apiVersion that is worked on
 * @param stored the apiVersion that new objects are stored in
 * @param schemas by apiVersion
 */
record CustomKeeping(String asked, String stored, Map<String, StructuralSchema> schemas, VersionConverter converter)
        implements Keeping {
    CustomKeeping {
        schemas = Map.copyOf(schemas);
    }

    @Override
    public ObjectValue loaded(ObjectValue kept) {
        ObjectValue object = decoded(kept);
        return object.string("apiVersion").equals(asked)
                ? object
                : pruned(converter.convert(List.of(object), asked).getFirst());
    }

    @Override
    public ObjectValue kept(ObjectValue object) {
        return object.string("apiVersion").equals(stored)
                ? object
                : pruned(converter.convert(List.of(object), stored).getFirst());
    }

    @Override
    public List<ObjectValue> loaded(List<ObjectValue> kept) {
        var loaded = new ArrayList<ObjectValue>(kept.size());
        var others = new ArrayList<ObjectValue>();
        for (ObjectValue one : kept) {
            ObjectValue object = decoded(one);
            loaded.add(object);
            if (!object.string("apiVersion").equals(asked)) {
                others.add(object);
            }
        }
        if (others.isEmpty()) {
            return loaded;
        }
        List<ObjectValue> converted = converter.convert(others, asked);
        int next = 0;
        for (int i = 0; i < loaded.size(); i++) {
            if (!loaded.get(i).string("apiVersion").equals(asked)) {
                loaded.set(i, pruned(converted.get(next++)));
            }
        }
        return loaded;
    }

    private ObjectValue decoded(ObjectValue kept) {
        StructuralSchema schema = schemas.get(kept.string("apiVersion"));
        return schema == null ? kept : Defaulting.of(schema, pruned(kept));
    }

    private ObjectValue pruned(ObjectValue object) {
        StructuralSchema schema = schemas.get(object.string("apiVersion"));
        return schema == null
                ? object
                : (ObjectValue) Pruning.resource(schema, object).value();
    }
}
