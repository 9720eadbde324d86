package dev.jarbor.node.cri;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Writes a small image as a tar archive of an OCI image layout (OCI Image Format Specification, version 1). */
final class OciArchive {
    private static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
    private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
    private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
    private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar";

    private OciArchive() {}

    /** One file of an image. */
    @SuppressWarnings("ArrayRecordComponent") // made and read within one call
    record Entry(String path, byte[] content, int mode) {}

    /**
     * The image for one kind of processor.
     *
     * @param architecture {@code amd64} or {@code arm64}
     * @param config the {@code config} object of the image's configuration, as JSON
     */
    record Platform(String architecture, String config, List<Entry> files) {}

    static byte[] of(String name, List<Platform> platforms) {
        var tar = new Tar();
        var manifests = new StringBuilder();
        for (Platform platform : platforms) {
            var layer = new Tar();
            platform.files().forEach(file -> layer.add(file.path(), file.content(), file.mode()));
            byte[] packed = layer.finish();
            String layerDigest = blob(tar, packed);
            byte[] config = text("{\"architecture\":\"" + platform.architecture() + "\",\"os\":\"linux\",\"config\":"
                    + platform.config() + ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"" + layerDigest + "\"]}}");
            byte[] manifest = text("{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST_TYPE + "\",\"config\":"
                    + descriptor(CONFIG_TYPE, blob(tar, config), config.length) + "},\"layers\":["
                    + descriptor(LAYER_TYPE, layerDigest, packed.length) + "}]}");
            manifests
                    .append(manifests.isEmpty() ? "" : ",")
                    .append(descriptor(MANIFEST_TYPE, blob(tar, manifest), manifest.length))
                    .append(",\"platform\":{\"architecture\":\"")
                    .append(platform.architecture())
                    .append("\",\"os\":\"linux\"}}");
        }
        byte[] index =
                text("{\"schemaVersion\":2,\"mediaType\":\"" + INDEX_TYPE + "\",\"manifests\":[" + manifests + "]}");
        String names = "\"annotations\":{\"io.containerd.image.name\":\"" + name
                + "\",\"org.opencontainers.image.ref.name\":\"" + name + "\"}";
        tar.add(
                "index.json",
                text("{\"schemaVersion\":2,\"mediaType\":\"" + INDEX_TYPE + "\",\"manifests\":["
                        + descriptor(INDEX_TYPE, blob(tar, index), index.length) + "," + names + "}]}"),
                0644);
        tar.add("oci-layout", text("{\"imageLayoutVersion\":\"1.0.0\"}"), 0644);
        return tar.finish();
    }

    /** The beginning of a descriptor; its closing brace is the caller's, who may add to it. */
    private static String descriptor(String type, String digest, int size) {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest + "\",\"size\":" + size;
    }

    private static String blob(Tar tar, byte[] bytes) {
        String hex = sha256(bytes);
        tar.add("blobs/sha256/" + hex, bytes, 0644);
        return "sha256:" + hex;
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A tar archive (ustar, POSIX.1-1988) of plain files without owners or times. */
    private static final class Tar {
        private static final int BLOCK = 512;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        void add(String name, byte[] content, int mode) {
            byte[] header = new byte[BLOCK];
            put(header, 0, name);
            put(header, 100, "%07o".formatted(mode));
            put(header, 108, "0000000");
            put(header, 116, "0000000");
            put(header, 124, "%011o".formatted(content.length));
            put(header, 136, "00000000000");
            put(header, 148, "        ");
            header[156] = '0';
            put(header, 257, "ustar");
            put(header, 263, "00");
            int sum = 0;
            for (byte one : header) {
                sum += one & 0xFF;
            }
            put(header, 148, "%06o".formatted(sum));
            header[154] = 0;
            out.writeBytes(header);
            out.writeBytes(content);
            out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
        }

        byte[] finish() {
            out.writeBytes(new byte[2 * BLOCK]);
            return out.toByteArray();
        }

        private static void put(byte[] header, int at, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(bytes, 0, header, at, bytes.length);
        }
    }
}
