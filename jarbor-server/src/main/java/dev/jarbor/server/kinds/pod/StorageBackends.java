package dev.jarbor.server.kinds.pod;

import dev.jarbor.api.status.FieldPath;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.server.kinds.rules.Checks;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Sources of volumes that name a storage system of their own, most of which drivers have replaced. */
public final class StorageBackends {
    private static final List<String> CACHING_MODES = List.of("None", "ReadOnly", "ReadWrite");
    private static final List<String> DISK_KINDS = List.of("Dedicated", "Managed", "Shared");
    private static final int LONGEST_TENANT = 64;
    private static final Pattern IQN = Pattern.compile("iqn\\.\\d{4}-\\d{2}\\.([\\p{Alnum}.-]+)(:[^,;*&$|\\s]+)$");
    private static final Pattern EUI = Pattern.compile("^eui.\\p{Alnum}{16}$");
    private static final Pattern NAA = Pattern.compile("^naa.\\p{Alnum}{32}$");

    private StorageBackends() {}

    private static void required(ObjectValue source, String field, FieldPath at, Checks checks) {
        VolumeSources.required(source, field, at, checks);
    }

    private static void requiredList(ObjectValue source, String field, FieldPath at, Checks checks) {
        if (source.list(field).isEmpty()) {
            checks.required(at.child(field));
        }
    }

    private static void inByte(ObjectValue source, String field, String words, FieldPath at, Checks checks) {
        long number = source.integer(field);
        if (number < 0 || number > 255) {
            checks.invalid(at.child(field), number, words);
        }
    }

    public static void gceDisk(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "pdName", at, checks);
        inByte(source, "partition", "must be between 1 and 255, inclusive", at, checks);
    }

    public static void awsDisk(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "volumeID", at, checks);
        inByte(source, "partition", "must be between 1 and 255, inclusive", at, checks);
    }

    public static void iscsi(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "targetPortal", at, checks);
        String name = source.string("iqn");
        if (name.isEmpty()) {
            checks.required(at.child("iqn"));
        } else {
            iscsiName(name, at.child("iqn"), checks);
        }
        inByte(source, "lun", "must be between 0 and 255, inclusive", at, checks);
        boolean authenticated = source.bool("chapAuthDiscovery") || source.bool("chapAuthSession");
        if (authenticated && !source.has("secretRef")) {
            checks.required(at.child("secretRef"));
        }
        if (source.has("initiatorName")) {
            iscsiName(source.string("initiatorName"), at.child("initiatorname"), checks);
        }
    }

    private static void iscsiName(String name, FieldPath at, Checks checks) {
        boolean iqn = name.startsWith("iqn");
        boolean eui = name.startsWith("eui");
        if (!iqn && !eui && !name.startsWith("naa")) {
            checks.invalid(at, name, "must be valid format starting with iqn, eui, or naa");
        } else if (!(iqn ? IQN : eui ? EUI : NAA).matcher(name).find()) {
            checks.invalid(at, name, "must be valid format");
        }
    }

    public static void glusterfs(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "endpoints", at, checks);
        required(source, "path", at, checks);
    }

    public static void flocker(ObjectValue source, FieldPath at, Checks checks) {
        String name = source.string("datasetName");
        String uuid = source.string("datasetUUID");
        if (name.isEmpty() && uuid.isEmpty()) {
            checks.required(at, "one of datasetName and datasetUUID is required");
        }
        if (!name.isEmpty() && !uuid.isEmpty()) {
            checks.invalid(at, "resource", "datasetName and datasetUUID can not be specified simultaneously");
        }
        if (name.contains("/")) {
            checks.invalid(at.child("datasetName"), name, "must not contain '/'");
        }
    }

    public static void rbd(ObjectValue source, FieldPath at, Checks checks) {
        requiredList(source, "monitors", at, checks);
        required(source, "image", at, checks);
    }

    static void cinder(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "volumeID", at, checks);
        secretName(source, at, checks);
    }

    private static void secretName(ObjectValue source, FieldPath at, Checks checks) {
        if (source.has("secretRef")) {
            required(source.object("secretRef"), "name", at.child("secretRef"), checks);
        }
    }

    public static void cephfs(ObjectValue source, FieldPath at, Checks checks) {
        requiredList(source, "monitors", at, checks);
    }

    public static void quobyte(ObjectValue source, FieldPath at, Checks checks) {
        String words = "must be a host:port pair or multiple pairs separated by commas";
        String registry = source.string("registry");
        if (registry.isEmpty()) {
            checks.required(at.child("registry"), words);
        } else if (source.string("tenant").length() > LONGEST_TENANT) {
            checks.required(at.child("tenant"), "must be a UUID and may not exceed a length of 64 characters");
        } else {
            for (String pair : registry.split(",", -1)) {
                if (!isHostAndPort(pair)) {
                    checks.invalid(at.child("registry"), registry, words);
                }
            }
        }
        required(source, "volume", at, checks);
    }

    private static boolean isHostAndPort(String pair) {
        int colon = pair.lastIndexOf(':');
        if (colon < 0) {
            return false;
        }
        String host = pair.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return bracketed || (host.indexOf(':') < 0 && host.indexOf('[') < 0 && host.indexOf(']') < 0);
    }

    public static void fibreChannel(ObjectValue source, FieldPath at, Checks checks) {
        boolean names = !source.list("targetWWNs").isEmpty();
        boolean ids = !source.list("wwids").isEmpty();
        if (!names && !ids) {
            checks.required(at.child("targetWWNs"), "must specify either targetWWNs or wwids, but not both");
        }
        if (names && ids) {
            checks.invalid(
                    at.child("targetWWNs"),
                    source.list("targetWWNs"),
                    "targetWWNs and wwids can not be specified simultaneously");
        }
        if (names && !source.has("lun")) {
            checks.required(at.child("lun"), "lun is required if targetWWNs is specified");
        } else if (names) {
            inByte(source, "lun", "must be between 0 and 255, inclusive", at, checks);
        }
    }

    public static void flex(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "driver", at, checks);
        for (String key : source.object("options").names()) {
            int slash = key.indexOf('/');
            String domain = "." + (slash < 0 ? key : key.substring(0, slash)).toLowerCase(Locale.ROOT);
            if (domain.endsWith(".kubernetes.io") || domain.endsWith(".k8s.io")) {
                checks.invalid(at.child("options").key(key), key, "kubernetes.io and k8s.io namespaces are reserved");
            }
        }
    }

    static void azureFile(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "secretName", at, checks);
        required(source, "shareName", at, checks);
    }

    public static void azureDisk(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "diskName", at, checks);
        String uri = source.string("diskURI");
        required(source, "diskURI", at, checks);
        if (source.has("cachingMode") && !CACHING_MODES.contains(source.string("cachingMode"))) {
            checks.notSupported(at.child("cachingMode"), source.string("cachingMode"), CACHING_MODES);
        }
        if (!source.has("kind")) {
            return;
        }
        String kind = source.string("kind");
        if (!DISK_KINDS.contains(kind)) {
            checks.notSupported(at.child("kind"), kind, DISK_KINDS);
        }
        if (kind.equals("Managed") && !uri.startsWith("/subscriptions/")) {
            checks.notSupported(
                    at.child("diskURI"),
                    uri,
                    List.of(
                            "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"));
        }
        if (!kind.equals("Managed") && !uri.startsWith("https://")) {
            checks.notSupported(
                    at.child("diskURI"),
                    uri,
                    List.of("https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"));
        }
    }

    public static void vsphere(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "volumePath", at, checks);
    }

    public static void photon(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "pdID", at, checks);
    }

    public static void portworx(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "volumeID", at, checks);
    }

    static void storageOs(ObjectValue source, FieldPath at, Checks checks) {
        String name = source.string("volumeName");
        if (name.isEmpty()) {
            checks.required(at.child("volumeName"));
        } else {
            checks.dnsLabel(name, at.child("volumeName"));
        }
        String namespace = source.string("volumeNamespace");
        if (!namespace.isEmpty()) {
            checks.dnsLabel(namespace, at.child("volumeNamespace"));
        }
        secretName(source, at, checks);
    }

    public static void scaleIo(ObjectValue source, FieldPath at, Checks checks) {
        required(source, "gateway", at, checks);
        required(source, "system", at, checks);
        required(source, "volumeName", at, checks);
    }
}
