package dev.jarbor.server.kinds.storage;

import dev.jarbor.api.status.FieldError;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.pod.VolumeSources;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Same;
import dev.jarbor.server.kinds.rules.Texts;
import dev.jarbor.server.registry.Strategy;
import java.util.List;

/**
 * The rules of VolumeAttachments: which volume is to be at which node, for good.
 *
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/volume-attachment-v1/">VolumeAttachment</a>
 */
public final class Attachments implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final int MOST_METADATA_BYTES = 256 * 1024;
    private static final int LONGEST_MESSAGE = 1024;
    private static final String EXACTLY_ONE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";

    @Override
    public List<FieldError> validate(ObjectValue object) {
        var checks = new Checks();
        check(object, checks);
        ObjectValue spec = object.object("spec");
        VolumeSources.driver(spec.string("attacher"), FieldPath.of("spec.attacher"), checks);
        ObjectValue source = spec.object("source");
        if (source.has("persistentVolumeName")) {
            checks.dnsSubdomain(
                    source.string("persistentVolumeName"), FieldPath.of("spec.source.persistentVolumeName"));
        }
        return checks.errors();
    }

    @Override
    public List<FieldError> validateReplacement(ObjectValue before, ObjectValue after) {
        var checks = new Checks();
        check(after, checks);
        if (!Same.at(before, after, "spec")) {
            checks.invalid(SPEC, after.valueOrNull("spec"), Checks.IMMUTABLE);
        }
        return checks.errors();
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectValue before, ObjectValue after) {
        return validateReplacement(before, after);
    }

    private static void check(ObjectValue object, Checks checks) {
        ObjectValue spec = object.object("spec");
        checks.required(spec, "attacher", SPEC);
        source(spec.object("source"), SPEC.child("source"), checks);
        checks.dnsSubdomain(spec.string("nodeName"), SPEC.child("nodeName"));
        ObjectValue status = object.object("status");
        ObjectValue metadata = status.object("attachmentMetadata");
        long bytes = 0;
        for (int i = 0; i < metadata.size(); i++) {
            bytes += Texts.bytes(metadata.name(i))
                    + Texts.bytes(metadata.value(i).toString());
        }
        if (bytes > MOST_METADATA_BYTES) {
            checks.add(FieldError.tooLong(STATUS.child("attachmentMetadata"), MOST_METADATA_BYTES));
        }
        error(status.object("attachError"), STATUS.child("attachError"), checks);
        error(status.object("detachError"), STATUS.child("detachError"), checks);
    }

    private static void source(ObjectValue source, FieldPath at, Checks checks) {
        boolean inline = source.has("inlineVolumeSpec");
        boolean named = source.has("persistentVolumeName");
        if (inline && named) {
            checks.forbidden(at, EXACTLY_ONE);
        } else if (named) {
            checks.required(source, "persistentVolumeName", at, "must specify non empty persistentVolumeName");
        } else if (inline) {
            PersistentVolumes.inline(source.object("inlineVolumeSpec"), at.child("inlineVolumeSpec"), checks);
        } else {
            checks.required(at, EXACTLY_ONE);
        }
    }

    private static void error(ObjectValue error, FieldPath at, Checks checks) {
        if (Texts.bytes(error.string("message")) > LONGEST_MESSAGE) {
            // The limit that the reference names here is another one's.
            checks.add(FieldError.tooLong(at.child("message"), MOST_METADATA_BYTES));
        }
        if (error.integer("errorCode") < 0) {
            checks.invalid(
                    at.child("errorCode"), error.integer("errorCode"), "must be between 0 and 2147483647, inclusive");
        }
    }
}
