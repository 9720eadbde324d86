package dev.jarbor.api.generator;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Writes one record for each type that stands in JSON; list kinds get none, because lists are read as lists. */
final class ViewWriter {
    private final List<SchemaType> types;
    private final Map<String, Facts.Resource> served = new TreeMap<>();

    ViewWriter(List<SchemaType> types, Facts facts) {
        this.types = types.stream()
                .filter(type -> type.inJson() && !type.isListKind())
                .toList();
        facts.resources()
                .forEach(resource ->
                        served.put(resource.group() + "/" + resource.version() + "/" + resource.kind(), resource));
    }

    void writeTo(OutputFolder folder) throws IOException {
        var packages = new TreeSet<String>();
        var names = new TreeSet<String>();
        types.forEach(type -> names.add(JavaNames.qualified(type.id())));
        for (SchemaType type : types) {
            String qualified = JavaNames.qualified(type.id());
            packages.add(JavaNames.javaPackage(type.idPackage()));
            folder.write(qualified.replace('.', '/') + ".java", new ViewSource(type, resourceOf(type), names).text());
        }
        for (String name : packages) {
            folder.write(name.replace('.', '/') + "/package-info.java", packageInfo(name));
        }
    }

    private Optional<Facts.Resource> resourceOf(SchemaType type) {
        return type.kind()
                .flatMap(kind ->
                        Optional.ofNullable(served.get(kind.group() + "/" + kind.version() + "/" + kind.name())));
    }

    private static String packageInfo(String name) {
        return """
                /** Generated views of the types of %s; how they read and write is said in dev.jarbor.api.View. */
                @NullMarked
                package %s;

                import org.jspecify.annotations.NullMarked;
                """.formatted(name.substring("dev.jarbor.api.".length()), name);
    }
}
