package dev.jarbor.api.schema;

import java.util.ArrayList;
import java.util.List;

/** Reads the table of served resources: a line each, its columns in the order of {@link ResourceDefinition}. */
final class ResourceFile {
    private ResourceFile() {}

    static List<ResourceDefinition> read(String text) {
        var resources = new ArrayList<ResourceDefinition>();
        for (String line : Columns.split(text.stripTrailing(), '\n')) {
            resources.add(resource(line));
        }
        return resources;
    }

    private static ResourceDefinition resource(String line) {
        String[] columns = Columns.split(line, '\t');
        return new ResourceDefinition(
                columns[0],
                columns[1],
                columns[2],
                columns[3],
                columns[4],
                columns[5].equals("Namespaced"),
                TypeLines.words(columns[6]),
                TypeLines.words(columns[7]),
                TypeLines.words(columns[8]),
                columns.length > 9 ? subresources(columns[9]) : List.of());
    }

    /** {@code status(get,patch,update→apps/v1/Deployment);scale(…)}. */
    private static List<SubresourceDefinition> subresources(String text) {
        var subresources = new ArrayList<SubresourceDefinition>();
        for (String one : text.isEmpty() ? new String[0] : Columns.split(text, ';')) {
            int open = one.indexOf('(');
            int arrow = one.indexOf('→');
            int lastSlash = one.lastIndexOf('/');
            subresources.add(new SubresourceDefinition(
                    one.substring(0, open),
                    TypeLines.words(one.substring(open + 1, arrow)),
                    GroupVersionKind.of(
                            one.substring(arrow + 1, lastSlash), one.substring(lastSlash + 1, one.length() - 1))));
        }
        return subresources;
    }
}
