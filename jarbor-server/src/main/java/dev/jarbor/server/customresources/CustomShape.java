package dev.jarbor.server.customresources;

import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.registry.Shape;
import dev.jarbor.server.structural.Defaulting;
import dev.jarbor.server.structural.EmbeddedResources;
import dev.jarbor.server.structural.Pruning;
import dev.jarbor.server.structural.StructuralSchema;
import java.util.ArrayList;
import java.util.List;

/** The shape of a custom resource: metadata as everywhere, the rest as its schema has it. */
record CustomShape(StructuralSchema schema) implements Shape {
    /** Looks at everything: defaults and pruning follow from more than one place. */
    @Override
    public Checked check(ObjectValue object, ObjectValue known) {
        EmbeddedResources.Coerced root = EmbeddedResources.coerceRoot(object);
        Pruning.Pruned pruned = Pruning.resource(schema, root.object());
        ObjectValue whole = Defaulting.withoutNulls(schema, (ObjectValue) pruned.value());
        EmbeddedResources.Coerced embedded = EmbeddedResources.coerceEmbedded(schema, whole);
        var findings = new ArrayList<String>();
        for (List<String> paths : List.of(root.unknown(), pruned.removed(), embedded.unknown())) {
            paths.forEach(path -> findings.add("unknown field \"" + path + "\""));
        }
        return new Checked(embedded.object(), findings);
    }
}
