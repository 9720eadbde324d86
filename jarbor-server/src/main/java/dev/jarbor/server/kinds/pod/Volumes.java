package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.names.Names;
import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * A pod's volumes: each has one name, and exactly one source.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/storage/volumes/">Volumes</a>
 */
final class Volumes {
    private static final String ONE_SOURCE = "may not specify more than 1 volume type";
    private static final int LONGEST_PORTAL = 64;

    /** What one kind of source must look like. */
    private interface Rule {
        void check(ObjectValue source, Leniency leniency, FieldPath at, Checks checks);
    }

    /** Rules that need to know nothing of the pod. */
    private interface PlainRule {
        void check(ObjectValue source, FieldPath at, Checks checks);
    }

    /**
     * A kind of source.
     *
     * @param refused the field that is named where there is another source already
     * @param shown the field that is named for faults inside
     */
    private record Source(String field, String refused, String shown, Rule rule) {
        static Source of(String field, PlainRule rule) {
            return new Source(field, field, field, (source, leniency, at, checks) -> rule.check(source, at, checks));
        }
    }

    /** In the order in which they are looked at; the reference misspells a few. */
    private static final List<Source> SOURCES = List.of(
            Source.of("emptyDir", Volumes::emptyDir),
            Source.of("hostPath", VolumeSources::hostPath),
            Source.of("gitRepo", VolumeSources::gitRepo),
            new Source("gcePersistentDisk", "gcePersistentDisk", "persistentDisk", plain(StorageBackends::gceDisk)),
            Source.of("awsElasticBlockStore", StorageBackends::awsDisk),
            Source.of("secret", VolumeSources::secret),
            Source.of("nfs", VolumeSources::nfs),
            Source.of("iscsi", StorageBackends::iscsi),
            Source.of("glusterfs", StorageBackends::glusterfs),
            Source.of("flocker", StorageBackends::flocker),
            Source.of("persistentVolumeClaim", VolumeSources::claim),
            Source.of("rbd", StorageBackends::rbd),
            Source.of("cinder", StorageBackends::cinder),
            new Source("cephfs", "cephFS", "cephfs", plain(StorageBackends::cephfs)),
            Source.of("quobyte", StorageBackends::quobyte),
            new Source("downwardAPI", "downwarAPI", "downwardAPI", plain(Projections::downwardApi)),
            Source.of("fc", StorageBackends::fibreChannel),
            Source.of("flexVolume", StorageBackends::flex),
            Source.of("configMap", VolumeSources::configMap),
            Source.of("azureFile", StorageBackends::azureFile),
            Source.of("vsphereVolume", StorageBackends::vsphere),
            Source.of("photonPersistentDisk", StorageBackends::photon),
            Source.of("portworxVolume", StorageBackends::portworx),
            Source.of("azureDisk", StorageBackends::azureDisk),
            Source.of("storageos", StorageBackends::storageOs),
            new Source("projected", "projected", "projected", Projections::check),
            Source.of("scaleIO", StorageBackends::scaleIo),
            Source.of("csi", VolumeSources::csi),
            Source.of("ephemeral", VolumeSources::ephemeral),
            new Source("image", "image", "image", VolumeSources::image));

    private Volumes() {}

    private static Rule plain(PlainRule rule) {
        return (source, leniency, at, checks) -> rule.check(source, at, checks);
    }

    /** Answers the volumes that are in order, by name: only those can be mounted. */
    static Map<String, ObjectValue> check(
            List<ObjectValue> volumes, ObjectValue metadata, Leniency leniency, FieldPath at, Checks checks) {
        if (volumes.isEmpty()) {
            return Map.of();
        }
        String pod = metadata.string("name");
        var created = new HashSet<String>();
        for (ObjectValue volume : volumes) {
            if (!pod.isEmpty() && volume.has("ephemeral")) {
                created.add(pod + "-" + volume.string("name"));
            }
        }
        var sound = new HashMap<String, ObjectValue>();
        for (int i = 0; i < volumes.size(); i++) {
            ObjectValue volume = volumes.get(i);
            FieldPath here = at.index(i);
            var own = new Checks();
            source(volume, pod, leniency, here, own);
            String name = volume.string("name");
            if (name.isEmpty()) {
                own.required(here.child("name"));
            } else {
                own.dnsLabel(name, here.child("name"));
            }
            if (sound.containsKey(name)) {
                own.duplicate(here.child("name"), name);
            }
            if (own.isEmpty()) {
                sound.put(name, volume);
            }
            checks.add(own.errors());
            String claim = volume.object("persistentVolumeClaim").string("claimName");
            if (volume.has("persistentVolumeClaim") && created.contains(claim)) {
                checks.invalid(
                        here.child("persistentVolumeClaim").child("claimName"),
                        claim,
                        "must not reference a PVC that gets created for an ephemeral volume");
            }
        }
        return sound;
    }

    private static void source(ObjectValue volume, String pod, Leniency leniency, FieldPath at, Checks checks) {
        boolean found = false;
        for (Source source : SOURCES) {
            if (!volume.has(source.field())) {
                continue;
            }
            if (found) {
                checks.forbidden(at.child(source.refused()), ONE_SOURCE);
            } else {
                found = true;
                source.rule().check(volume.object(source.field()), leniency, at.child(source.shown()), checks);
                names(source.field(), volume, pod, at.child("name"), checks);
            }
        }
        if (!found) {
            checks.required(at, "must specify a volume type");
        }
    }

    /** Names that two kinds of sources make out of the volume's name must be short enough. */
    private static void names(String kind, ObjectValue volume, String pod, FieldPath at, Checks checks) {
        String name = volume.string("name");
        if (kind.equals("iscsi")) {
            ObjectValue source = volume.object("iscsi");
            String full = name + ":" + source.string("targetPortal");
            if (source.has("initiatorName") && full.length() > LONGEST_PORTAL) {
                checks.invalid(
                        at,
                        name,
                        "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if"
                                + " iscsi.initiatorName is specified.");
            }
        } else if (kind.equals("ephemeral") && !pod.isEmpty() && !name.isEmpty()) {
            String claim = pod + "-" + name;
            for (String problem : Names.dnsSubdomain(claim)) {
                checks.invalid(at, name, "PVC name \"" + claim + "\": " + problem);
            }
        }
    }

    private static void emptyDir(ObjectValue source, FieldPath at, Checks checks) {
        if (Quantity.read(source.valueOrNull("sizeLimit")).signum() < 0) {
            checks.forbidden(at.child("sizeLimit"), "SizeLimit field must be a valid resource quantity");
        }
    }
}
