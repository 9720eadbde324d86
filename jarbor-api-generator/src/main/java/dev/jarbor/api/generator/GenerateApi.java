package dev.jarbor.api.generator;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes the schema files and the typed views of the pinned client's model: {@code facts sources resources}. */
public final class GenerateApi {
    private static final String RESOURCE_FOLDER = "dev/jarbor/api/schema/";

    private GenerateApi() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 3) {
            throw new IllegalArgumentException("expected three folders: facts, sources, resources");
        }
        var facts = Facts.read(Path.of(arguments[0]));
        List<SchemaType> types = new SchemaAssembly(facts, ClientModel.read(), ProtobufModel.read()).types();

        var sources = new OutputFolder(Path.of(arguments[1]));
        new ViewWriter(types, facts).writeTo(sources);
        sources.removeStaleFiles();

        var resources = new OutputFolder(Path.of(arguments[2]));
        resources.write(RESOURCE_FOLDER + "types.tsv", SchemaFiles.types(types));
        resources.write(RESOURCE_FOLDER + "descriptions.tsv", SchemaFiles.descriptions(types));
        resources.write(RESOURCE_FOLDER + "resources.tsv", SchemaFiles.resources(facts.resources()));
        resources.removeStaleFiles();
    }
}
