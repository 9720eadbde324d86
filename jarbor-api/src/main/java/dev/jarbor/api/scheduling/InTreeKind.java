package dev.jarbor.api.scheduling;

import dev.jarbor.api.core.v1.CSIPersistentVolumeSource;
import dev.jarbor.api.core.v1.NodeSelector;
import dev.jarbor.api.core.v1.NodeSelectorRequirement;
import dev.jarbor.api.core.v1.NodeSelectorTerm;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.PersistentVolumeSpec;
import dev.jarbor.api.core.v1.SecretReference;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.core.v1.VolumeNodeAffinity;
import dev.jarbor.api.value.ObjectValue;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A kind of volumes whose work a driver has taken over, and how its volumes look to that driver. Pure. */
enum InTreeKind {
    AWS_EBS("kubernetes.io/aws-ebs", "awsElasticBlockStore", "ebs.csi.aws.com", "topology.ebs.csi.aws.com/zone"),
    AZURE_DISK("kubernetes.io/azure-disk", "azureDisk", "disk.csi.azure.com", ""),
    AZURE_FILE("kubernetes.io/azure-file", "azureFile", "file.csi.azure.com", ""),
    CINDER("kubernetes.io/cinder", "cinder", "cinder.csi.openstack.org", "topology.cinder.csi.openstack.org/zone"),
    GCE_PD("kubernetes.io/gce-pd", "gcePersistentDisk", "pd.csi.storage.gke.io", "topology.gke.io/zone"),
    PORTWORX("kubernetes.io/portworx-volume", "portworxVolume", "pxd.portworx.com", ""),
    VSPHERE("kubernetes.io/vsphere-volume", "vsphereVolume", "csi.vsphere.vmware.com", "");

    private static final String RESOURCE_GROUP = "kubernetes.io/azure-file-resource-group";
    private static final String ONCE = "ReadWriteOnce";
    private static final String ONLY_READ = "ReadOnlyMany";

    private final String plugin;
    private final String field;
    private final String driver;
    private final String zone;

    /**
     * @param plugin how classes and annotations call it
     * @param field where volumes have it, in their spec
     * @param zone by which label the driver knows the zones of nodes; "" where it does not ask
     */
    InTreeKind(String plugin, String field, String driver, String zone) {
        this.plugin = plugin;
        this.field = field;
        this.driver = driver;
        this.zone = zone;
    }

    static Optional<InTreeKind> named(String plugin) {
        return Arrays.stream(values())
                .filter(kind -> kind.plugin.equals(plugin))
                .findFirst();
    }

    static Optional<InTreeKind> of(PersistentVolume volume) {
        return of(volume.spec().value());
    }

    static Optional<InTreeKind> of(Volume volume) {
        return of(volume.value());
    }

    private static Optional<InTreeKind> of(ObjectValue source) {
        for (InTreeKind kind : values()) {
            if (source.has(kind.field)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    String plugin() {
        return plugin;
    }

    String driver() {
        return driver;
    }

    /** The volume, of this kind, as its driver knows it; empty where its source makes no sense to the driver. */
    Optional<PersistentVolume> translated(PersistentVolume volume) {
        ObjectValue old = volume.spec().value().object(field);
        String namespace = old.has("secretNamespace")
                ? old.string("secretNamespace")
                : volume.spec().claimRef().namespace();
        return handle(volume, namespace, old).map(handle -> {
            PersistentVolumeSpec spec =
                    new PersistentVolumeSpec(volume.spec().value().without(field)).withCsi(source(handle, old));
            PersistentVolumeSpec placed =
                    zone.isEmpty() ? spec : placed(spec, volume.metadata().labels());
            return volume.withSpec(this == GCE_PD ? placed.withAccessModes(modes(placed.accessModes())) : placed);
        });
    }

    /**
     * The volume that a pod of {@code namespace} names itself, of this kind, as its driver knows it: with all that the driver reads,
     * for no claim, under the name that the reference gives it. Empty where its source makes no sense to the driver.
     */
    Optional<PersistentVolume> translated(Volume volume, String namespace) {
        ObjectValue old = volume.value().object(field);
        return handle(PersistentVolume.named(volume.name()), namespace, old).map(handle -> {
            CSIPersistentVolumeSource source = source(handle, old);
            Map<String, String> attributes = attributes(old);
            PersistentVolumeSpec spec = PersistentVolumeSpec.EMPTY
                    .withCsi(attributes.isEmpty() ? source : source.withVolumeAttributes(attributes))
                    .withAccessModes(List.of(mode(old)));
            return PersistentVolume.named(this == AZURE_FILE ? handle : driver + "-" + disk(handle, old))
                    .withSpec(
                            switch (this) {
                                case AZURE_FILE -> secret(spec, old.string("secretName"), namespace);
                                case GCE_PD -> spec.withVolumeMode("Filesystem");
                                case AWS_EBS, AZURE_DISK, CINDER, PORTWORX, VSPHERE -> spec;
                            });
        });
    }

    private static PersistentVolumeSpec secret(PersistentVolumeSpec spec, String name, String namespace) {
        SecretReference secret = SecretReference.EMPTY.withName(name).withNamespace(namespace);
        return spec.withCsi(spec.csi().withNodeStageSecretRef(secret));
    }

    private String disk(String handle, ObjectValue old) {
        return switch (this) {
            case AZURE_DISK -> old.string("diskName");
            case GCE_PD -> old.string("pdName");
            case AWS_EBS, AZURE_FILE, CINDER, PORTWORX, VSPHERE -> handle;
        };
    }

    private String mode(ObjectValue old) {
        return switch (this) {
            case AZURE_FILE -> "ReadWriteMany";
            case GCE_PD, PORTWORX -> old.bool("readOnly") ? ONLY_READ : ONCE;
            case AWS_EBS, AZURE_DISK, CINDER, VSPHERE -> ONCE;
        };
    }

    private Map<String, String> attributes(ObjectValue old) {
        var attributes = new TreeMap<String, String>();
        switch (this) {
            case AWS_EBS -> attributes.put("partition", Long.toString(old.integer("partition")));
            case GCE_PD ->
                attributes.put(
                        "partition", old.integer("partition") == 0 ? "" : Long.toString(old.integer("partition")));
            case AZURE_DISK -> {
                attributes.put("csi-migration", "true");
                attributes.put("kind", "Managed");
                for (String name : List.of("cachingMode", "fsType", "kind")) {
                    if (!old.string(name).isEmpty()) {
                        attributes.put(name, old.string(name));
                    }
                }
            }
            case AZURE_FILE -> attributes.put("sharename", old.string("shareName"));
            case VSPHERE -> {
                if (!old.string("storagePolicyName").isEmpty()) {
                    attributes.put("storagepolicyname", old.string("storagePolicyName"));
                }
            }
            case CINDER, PORTWORX -> {}
        }
        return attributes;
    }

    private CSIPersistentVolumeSource source(String handle, ObjectValue old) {
        CSIPersistentVolumeSource source =
                CSIPersistentVolumeSource.EMPTY.withDriver(driver).withVolumeHandle(handle);
        String type = old.string("fsType");
        source = type.isEmpty() ? source : source.withFsType(type);
        return old.bool("readOnly") && this != PORTWORX ? source.withReadOnly(true) : source;
    }

    /**
     * By what the driver finds the volume.
     *
     * @param namespace of its secret; "" where nobody says
     */
    private Optional<String> handle(PersistentVolume volume, String namespace, ObjectValue old) {
        return switch (this) {
            case AWS_EBS -> ebs(old.string("volumeID"));
            case AZURE_DISK -> Optional.of(old.string("diskURI"));
            case AZURE_FILE ->
                Optional.of(namespace)
                        .filter(name -> !name.isEmpty())
                        .map(name -> String.join(
                                "#",
                                volume.metadata().annotations().getOrDefault(RESOURCE_GROUP, ""),
                                account(old.string("secretName")),
                                old.string("shareName"),
                                volume.name(),
                                name));
            case CINDER, PORTWORX -> Optional.of(old.string("volumeID"));
            case GCE_PD -> gce(volume.metadata().labels()).map(place -> place + "/disks/" + old.string("pdName"));
            case VSPHERE -> Optional.of(old.string("volumePath"));
        };
    }

    /** {@code vol-…}, {@code aws:///vol-…} or {@code aws://zone/vol-…}. */
    private static Optional<String> ebs(String id) {
        if (!id.startsWith("aws://")) {
            return Optional.of(id);
        }
        String path = id.substring(Math.max(id.indexOf('/', "aws://".length()), 0));
        String bare = path.replaceAll("^/+|/+$", "");
        return Optional.of(bare).filter(name -> name.matches("vol-[^/]*"));
    }

    private static String account(String secret) {
        String prefix = "azure-storage-account-";
        String suffix = "-secret";
        int from = secret.indexOf(prefix);
        int to = secret.lastIndexOf(suffix);
        return from >= 0 && to > from + prefix.length() ? secret.substring(from + prefix.length(), to) : secret;
    }

    /** Where the disk is; a disk of several zones is one of their region. Nobody says of which project it is. */
    private static Optional<String> gce(Map<String, String> labels) {
        List<String> zones = TopologyLabels.zones(
                labels.getOrDefault(TopologyLabels.BETA_ZONE, labels.getOrDefault(TopologyLabels.ZONE, "")));
        if (zones.size() < 2) {
            return Optional.of("projects/UNSPECIFIED/zones/" + (zones.isEmpty() ? "UNSPECIFIED" : zones.getFirst()));
        }
        var regions = new TreeSet<String>();
        for (String zone : zones) {
            if (!zone.matches("[^-]*-[^-]*-[^-]*")) {
                return Optional.empty();
            }
            regions.add(zone.substring(0, zone.lastIndexOf('-')));
        }
        return regions.size() == 1 ? Optional.of("projects/UNSPECIFIED/regions/" + regions.first()) : Optional.empty();
    }

    /** The old kind took such a disk for one of a single node whatever was asked for, unless it was only to be read. */
    private static List<String> modes(List<String> asked) {
        boolean readOnly = asked.contains(ONLY_READ) && !asked.contains(ONCE) && !asked.contains("ReadWriteMany");
        return asked.isEmpty() ? asked : List.of(readOnly ? ONLY_READ : ONCE);
    }

    /** In its zones by the label of the driver: those of its affinity, else those of its labels. */
    private PersistentVolumeSpec placed(PersistentVolumeSpec spec, Map<String, String> labels) {
        List<NodeSelectorTerm> terms = spec.nodeAffinity().required().nodeSelectorTerms();
        boolean beta = !names(terms, TopologyLabels.ZONE)
                && (names(terms, TopologyLabels.BETA_ZONE)
                        || (!labels.containsKey(TopologyLabels.ZONE) && labels.containsKey(TopologyLabels.BETA_ZONE)));
        String old = beta ? TopologyLabels.BETA_ZONE : TopologyLabels.ZONE;
        List<String> zones = TopologyLabels.zones(labels.getOrDefault(old, ""));
        List<NodeSelectorTerm> placed = terms;
        if (names(terms, old)) {
            placed = renamed(terms, old, zone);
        } else if (!zones.isEmpty()) {
            placed = added(terms, zone, zones);
        }
        placed = beta ? renamed(placed, TopologyLabels.BETA_REGION, TopologyLabels.REGION) : placed;
        return placed.isEmpty()
                ? spec
                : spec.withNodeAffinity(
                        VolumeNodeAffinity.EMPTY.withRequired(NodeSelector.EMPTY.withNodeSelectorTerms(placed)));
    }

    private static boolean names(List<NodeSelectorTerm> terms, String key) {
        return terms.stream()
                .flatMap(term -> term.matchExpressions().stream())
                .anyMatch(one -> one.key().equals(key));
    }

    private static List<NodeSelectorTerm> renamed(List<NodeSelectorTerm> terms, String from, String to) {
        return terms.stream()
                .map(term -> term.withMatchExpressions(term.matchExpressions().stream()
                        .map(one -> one.key().equals(from) ? one.withKey(to) : one)
                        .toList()))
                .toList();
    }

    private static List<NodeSelectorTerm> added(List<NodeSelectorTerm> terms, String key, List<String> zones) {
        NodeSelectorRequirement there =
                NodeSelectorRequirement.EMPTY.withKey(key).withOperator("In").withValues(zones);
        List<NodeSelectorTerm> all = terms.isEmpty() ? List.of(NodeSelectorTerm.EMPTY) : terms;
        return all.stream()
                .map(term -> term.withMatchExpressions(Stream.concat(term.matchExpressions().stream(), Stream.of(there))
                        .toList()))
                .toList();
    }
}
