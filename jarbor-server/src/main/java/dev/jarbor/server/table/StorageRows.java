package dev.jarbor.server.table;

import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.stream.Collectors;

/** The rows of volumes and what they come from. */
final class StorageRows {
    private static final String CLASS = "volume.beta.kubernetes.io/storage-class";

    private StorageRows() {}

    static ListValue persistentVolume(Row row) {
        ObjectValue claim = row.spec().object("claimRef");
        return RowPrinter.row(
                row.name(),
                quantity(row.spec().object("capacity")),
                accessModes(row.spec()),
                row.spec().string("persistentVolumeReclaimPolicy"),
                row.deleting() ? "Terminating" : row.status().string("phase"),
                claim.isEmpty() ? "" : claim.string("namespace") + "/" + claim.string("name"),
                storageClass(row),
                Row.or(row.spec().string("volumeAttributesClassName"), Row.UNSET),
                row.status().string("reason"),
                row.age(),
                Row.or(row.spec().string("volumeMode"), Row.UNSET));
    }

    static ListValue persistentVolumeClaim(Row row) {
        boolean bound = !row.spec().string("volumeName").isEmpty();
        return RowPrinter.row(
                row.name(),
                row.deleting() ? "Terminating" : row.status().string("phase"),
                row.spec().string("volumeName"),
                bound ? quantity(row.status().object("capacity")) : "",
                bound ? accessModes(row.status()) : "",
                storageClass(row),
                Row.or(row.spec().string("volumeAttributesClassName"), Row.UNSET),
                row.age(),
                Row.or(row.spec().string("volumeMode"), Row.UNSET));
    }

    private static String quantity(ObjectValue resources) {
        return resources.has("storage") ? resources.valueOrNull("storage").toString() : "0";
    }

    private static String storageClass(Row row) {
        String annotated = row.metadata().object("annotations").string(CLASS);
        return Row.or(annotated, row.spec().string("storageClassName"));
    }

    /** The modes in the reference's short forms and order. */
    private static String accessModes(ObjectValue owner) {
        List<String> modes = owner.list("accessModes").strings();
        return List.of("ReadWriteOnce=RWO", "ReadOnlyMany=ROX", "ReadWriteMany=RWX", "ReadWriteOncePod=RWOP").stream()
                .map(mode -> mode.split("=", -1))
                .filter(mode -> modes.contains(mode[0]))
                .map(mode -> mode[1])
                .collect(Collectors.joining(","));
    }

    static ListValue storageClass(Row row, String defaultMark) {
        ObjectValue annotations = row.metadata().object("annotations");
        boolean isDefault = annotations
                        .string("storageclass.kubernetes.io/is-default-class")
                        .equals("true")
                || annotations
                        .string("storageclass.beta.kubernetes.io/is-default-class")
                        .equals("true");
        return RowPrinter.row(
                row.name() + (isDefault ? defaultMark : ""),
                row.object().string("provisioner"),
                Row.or(row.object().string("reclaimPolicy"), "Delete"),
                Row.or(row.object().string("volumeBindingMode"), "Immediate"),
                row.object().bool("allowVolumeExpansion"),
                row.age());
    }

    static ListValue volumeAttachment(Row row) {
        return RowPrinter.row(
                row.name(),
                row.spec().string("attacher"),
                row.spec().object("source").string("persistentVolumeName"),
                row.spec().string("nodeName"),
                row.status().bool("attached"),
                row.age());
    }

    static ListValue volumeAttributesClass(Row row) {
        boolean isDefault = row.metadata()
                .object("annotations")
                .string("volumeattributesclass.kubernetes.io/is-default-class")
                .equals("true");
        return RowPrinter.row(
                row.name() + (isDefault ? " (default)" : ""), row.object().string("driverName"), row.age());
    }

    static ListValue csiDriver(Row row) {
        ObjectValue spec = row.spec();
        return RowPrinter.row(
                row.name(),
                !spec.has("attachRequired") || spec.bool("attachRequired"),
                spec.bool("podInfoOnMount"),
                spec.bool("storageCapacity"),
                spec.has("tokenRequests") ? audiences(spec) : Row.UNSET,
                spec.bool("requiresRepublish"),
                Row.or(String.join(",", spec.list("volumeLifecycleModes").strings()), Row.NONE),
                row.age());
    }

    private static String audiences(ObjectValue spec) {
        return spec.list("tokenRequests").objects().stream()
                .map(request -> request.string("audience"))
                .collect(Collectors.joining(","));
    }

    static ListValue csiStorageCapacity(Row row) {
        return RowPrinter.row(
                row.name(),
                row.object().string("storageClassName"),
                Row.or(row.object().string("capacity"), Row.UNSET));
    }

    static ListValue storageVersion(Row row) {
        List<String> versions = row.status().list("storageVersions").objects().stream()
                .map(version -> version.string("apiServerID") + "=" + version.string("encodingVersion"))
                .toList();
        return RowPrinter.row(
                row.name(),
                Row.or(row.status().string("commonEncodingVersion"), Row.UNSET),
                versions.isEmpty() ? Row.UNSET : Row.some(versions, 3, " + %d more..."),
                row.age());
    }

    /** What is migrated: resource, version where the kind names one, and group. */
    static ListValue storageVersionMigration(Row row) {
        ObjectValue resource = row.spec().object("resource");
        String version = resource.string("version");
        return RowPrinter.row(
                row.name(),
                resource.string("resource") + "." + (version.isEmpty() ? "" : version + ".")
                        + resource.string("group"));
    }

    static ListValue csiNode(Row row) {
        return RowPrinter.row(row.name(), row.spec().list("drivers").size(), row.age());
    }
}
