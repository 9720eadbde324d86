package dev.jarbor.server.kinds.storage;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import dev.jarbor.server.kinds.pod.StorageBackends;
import dev.jarbor.server.kinds.pod.VolumeSources;
import dev.jarbor.server.kinds.rules.Checks;
import dev.jarbor.server.kinds.rules.Edits;
import java.util.List;

/** Where a PersistentVolume is: exactly one of many kinds of storage. Most are checked as in pods; some say more here. */
final class VolumeBackends {
    /** Checks one kind of storage. */
    private interface Rule {
        void check(ObjectValue source, FieldPath at, Checks checks);
    }

    /**
     * @param field of the spec
     * @param path under which the reference reports faults, mostly the field itself
     */
    private record Backend(String field, String path, Rule rule) {
        static Backend of(String field, Rule rule) {
            return new Backend(field, field, rule);
        }
    }

    private static final List<Backend> BACKENDS = List.of(
            Backend.of("hostPath", VolumeSources::hostPath),
            new Backend("gcePersistentDisk", "persistentDisk", StorageBackends::gceDisk),
            Backend.of("awsElasticBlockStore", StorageBackends::awsDisk),
            Backend.of("glusterfs", VolumeBackends::glusterfs),
            Backend.of("flocker", StorageBackends::flocker),
            Backend.of("nfs", VolumeSources::nfs),
            Backend.of("rbd", StorageBackends::rbd),
            Backend.of("quobyte", StorageBackends::quobyte),
            Backend.of("cephfs", StorageBackends::cephfs),
            Backend.of("iscsi", VolumeBackends::iscsi),
            Backend.of("cinder", VolumeBackends::cinder),
            Backend.of("fc", StorageBackends::fibreChannel),
            Backend.of("flexVolume", StorageBackends::flex),
            Backend.of("azureFile", VolumeBackends::azureFile),
            Backend.of("vsphereVolume", StorageBackends::vsphere),
            Backend.of("photonPersistentDisk", StorageBackends::photon),
            Backend.of("portworxVolume", StorageBackends::portworx),
            Backend.of("azureDisk", StorageBackends::azureDisk),
            Backend.of("scaleIO", StorageBackends::scaleIo),
            Backend.of("local", VolumeBackends::local),
            Backend.of("storageos", VolumeBackends::storageOs),
            Backend.of("csi", VolumeBackends::csi));

    private VolumeBackends() {}

    static void check(ObjectValue spec, FieldPath at, Checks checks) {
        boolean found = false;
        for (Backend backend : BACKENDS) {
            if (!spec.has(backend.field())) {
                continue;
            }
            if (found && !backend.field().equals("flexVolume")) {
                checks.forbidden(at.child(backend.field()), "may not specify more than 1 volume type");
                continue;
            }
            found = true;
            backend.rule().check(spec.object(backend.field()), at.child(backend.path()), checks);
            if (backend.field().equals("local") && !spec.object("nodeAffinity").has("required")) {
                checks.required(at.child("nodeAffinity"), "Local volume requires node affinity");
            }
        }
        if (!found) {
            checks.required(at, "must specify a volume type");
        }
    }

    /** Fills in what the kinds of storage leave open. */
    static ObjectValue withDefaults(ObjectValue spec) {
        ObjectValue filled = Edits.inside(spec, "iscsi", source -> Edits.text(source, "iscsiInterface", "default"));
        filled = Edits.inside(
                filled,
                "rbd",
                source -> Edits.text(
                        Edits.text(Edits.text(source, "pool", "rbd"), "user", "admin"),
                        "keyring",
                        "/etc/ceph/keyring"));
        filled = Edits.inside(
                filled,
                "scaleIO",
                source -> Edits.text(Edits.text(source, "storageMode", "ThinProvisioned"), "fsType", "xfs"));
        return Edits.inside(filled, "azureDisk", VolumeBackends::azureDisk);
    }

    private static ObjectValue azureDisk(ObjectValue source) {
        ObjectValue filled = Edits.text(source, "cachingMode", "ReadWrite");
        filled = Edits.text(filled, "fsType", "ext4");
        filled = Edits.text(filled, "kind", "Shared");
        return Edits.absent(filled, "readOnly", Value.of(false));
    }

    private static void glusterfs(ObjectValue source, FieldPath at, Checks checks) {
        StorageBackends.glusterfs(source, at, checks);
        if (source.has("endpointsNamespace")) {
            String namespace = source.string("endpointsNamespace");
            if (namespace.isEmpty()) {
                checks.invalid(
                        at.child("endpointsNamespace"),
                        namespace,
                        "if the endpointnamespace is set, it must be a valid namespace name");
            } else {
                checks.dnsLabel(namespace, at.child("endpointsNamespace"));
            }
        }
    }

    private static void iscsi(ObjectValue source, FieldPath at, Checks checks) {
        StorageBackends.iscsi(source, at, checks);
        if (source.has("secretRef")) {
            checks.required(source.object("secretRef"), "name", at.child("secretRef"));
        }
    }

    private static void cinder(ObjectValue source, FieldPath at, Checks checks) {
        checks.required(source, "volumeID", at);
        if (source.has("secretRef")) {
            ObjectValue secret = source.object("secretRef");
            checks.required(secret, "name", at.child("secretRef"));
            checks.required(secret, "namespace", at.child("secretRef"));
        }
    }

    private static void azureFile(ObjectValue source, FieldPath at, Checks checks) {
        checks.required(source, "secretName", at);
        checks.required(source, "shareName", at);
        if (source.has("secretNamespace") && source.string("secretNamespace").isEmpty()) {
            checks.required(at.child("secretNamespace"));
        }
    }

    private static void local(ObjectValue source, FieldPath at, Checks checks) {
        if (!source.has("path") || source.string("path").isEmpty()) {
            checks.required(at.child("path"));
            return;
        }
        String path = source.string("path");
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                checks.invalid(at.child("path"), path, "must not contain '..'");
                break;
            }
        }
    }

    private static void storageOs(ObjectValue source, FieldPath at, Checks checks) {
        checks.required(source, "volumeName", at);
        if (!source.string("volumeNamespace").isEmpty()) {
            checks.dnsLabel(source.string("volumeNamespace"), at.child("volumeNamespace"));
        }
        if (source.has("secretRef")) {
            ObjectValue secret = source.object("secretRef");
            checks.required(secret, "name", at.child("secretRef"));
            checks.required(secret, "namespace", at.child("secretRef"));
        }
    }

    private static void csi(ObjectValue source, FieldPath at, Checks checks) {
        VolumeSources.driver(source.string("driver"), at.child("driver"), checks);
        checks.required(source, "volumeHandle", at);
        for (String field : List.of(
                "controllerPublishSecretRef",
                "controllerExpandSecretRef",
                "nodePublishSecretRef",
                "nodeExpandSecretRef")) {
            if (source.has(field)) {
                ObjectValue secret = source.object(field);
                for (String part : List.of("name", "namespace")) {
                    if (checks.required(secret, part, at.child(field))) {
                        checks.dnsSubdomain(secret.string(part), at.child(part));
                    }
                }
            }
        }
    }
}
