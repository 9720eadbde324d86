package dev.jarbor.node.volume;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.PersistentVolume;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.api.core.v1.VolumeMount;
import dev.jarbor.api.scheduling.PodClaims;
import dev.jarbor.node.env.Expansion;
import dev.jarbor.node.env.MissingReferenceException;
import dev.jarbor.node.env.PodReferences;
import dev.jarbor.node.runtime.ContainerRecord;
import dev.jarbor.node.runtime.ContainerSpec.Mount;
import dev.jarbor.node.runtime.ContainerSpec.Propagation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Pods' files under one folder of the host:
 *
 * <pre>
 *   pods/UID/volumes/NAME                 each volume that is made here
 *   pods/UID/containers/NAME/ATTEMPT      the termination log of an instance
 *   pods/UID/etc-hosts
 *   logs/NAMESPACE_NAME_UID/CONTAINER/ATTEMPT.log
 * </pre>
 */
public final class DiskStorage implements PodStorage {
    private static final String TERMINATION_LOG = "/dev/termination-log";
    private static final int LONGEST_MESSAGE = 4096;

    private final Path root;
    private final ClaimedVolumes claims;
    private final Supplier<String> versions;

    /** @param versions gives a new name each time, for the hidden folders of {@link AtomicFolder} */
    public DiskStorage(Path root, PodReferences references, Supplier<String> versions) {
        this.root = root.toAbsolutePath();
        this.claims = new ClaimedVolumes(references);
        this.versions = versions;
    }

    @Override
    public void prepare(Pod pod, VolumeContents contents) {
        for (Volume volume : pod.spec().volumes()) {
            try {
                prepare(pod, volume, contents);
            } catch (MissingReferenceException missing) {
                throw new VolumeFailure(volume.name(), String.valueOf(missing.getMessage()), missing);
            } catch (IOException | UncheckedIOException e) {
                throw new VolumeFailure(volume.name(), String.valueOf(e.getMessage()), e);
            }
        }
    }

    private void prepare(Pod pod, Volume volume, VolumeContents contents) throws IOException {
        Optional<SortedMap<String, VolumeFile>> files = contents.of(volume);
        Path folder = volumeFolder(pod, volume.name());
        if (files.isPresent()) {
            new AtomicFolder(folder).write(files.get(), versions.get(), VolumeContents.group(pod));
        } else if (volume.hasEmptyDir()) {
            emptyFolder(pod, volume, folder);
        } else if (volume.hasHostPath()) {
            HostPath.prepare(
                    Path.of(volume.hostPath().path()), volume.hostPath().type());
        } else {
            grouped(pod, volume, source(pod, volume));
        }
    }

    private static void emptyFolder(Pod pod, Volume volume, Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, AtomicFolder.permissions(0777));
        }
        if (volume.emptyDir().medium().equals("Memory")) {
            MemoryFolders.mount(folder, volume.emptyDir().sizeLimit().longValue());
        }
        OptionalInt group = VolumeContents.group(pod);
        if (group.isPresent()) {
            AtomicFolder.own(folder, group);
            Files.setAttribute(folder, "unix:mode", 02777);
        }
    }

    /** Where the content of a mounted volume is on the host. */
    private Path source(Pod pod, Volume volume) {
        if (volume.hasHostPath()) {
            return Path.of(volume.hostPath().path());
        }
        Optional<String> claim = PodClaims.of(pod, volume);
        if (claim.isPresent()) {
            return claimed(pod, volume, claim.get());
        }
        if (volume.hasEmptyDir()
                || volume.hasConfigMap()
                || volume.hasSecret()
                || volume.hasDownwardAPI()
                || volume.hasProjected()) {
            return volumeFolder(pod, volume.name());
        }
        String type = volume.value().names().stream()
                .filter(name -> !name.equals("name"))
                .findFirst()
                .orElse("none");
        throw new VolumeFailure(volume.name(), "volumes of type " + type + " are not supported on this node");
    }

    private Path claimed(Pod pod, Volume volume, String claimName) {
        PersistentVolume bound = claims.of(pod, volume, claimName);
        try {
            if (bound.spec().hasHostPath()) {
                Path path = Path.of(bound.spec().hostPath().path());
                HostPath.prepare(path, "DirectoryOrCreate");
                return path;
            }
            if (bound.spec().hasLocal()) {
                Path path = Path.of(bound.spec().local().path());
                if (!Files.exists(path)) {
                    throw new VolumeFailure(volume.name(), "path \"" + path + "\" does not exist");
                }
                return path;
            }
        } catch (IOException e) {
            throw new VolumeFailure(volume.name(), String.valueOf(e.getMessage()), e);
        }
        throw new VolumeFailure(
                volume.name(), "persistent volume " + bound.name() + " is of a type that this node does not support");
    }

    /** A local volume becomes the group's, as the pod asks; a path of the host stays as it is. */
    private void grouped(Pod pod, Volume volume, Path path) throws IOException {
        OptionalInt group = VolumeContents.group(pod);
        boolean local = PodClaims.of(pod, volume)
                .filter(claim -> claims.of(pod, volume, claim).spec().hasLocal())
                .isPresent();
        if (local && group.isPresent() && !isReadOnly(volume)) {
            AtomicFolder.own(path, group);
            Files.setAttribute(path, "unix:mode", 02775);
        }
    }

    private static boolean isReadOnly(Volume volume) {
        return volume.persistentVolumeClaim().readOnly();
    }

    @Override
    public List<Mount> mounts(
            Pod pod, Container container, int attempt, String hosts, Map<String, String> environment) {
        ClaimedVolumes.refuseDevices(container);
        var mounts = new ArrayList<Mount>();
        for (VolumeMount mount : container.volumeMounts()) {
            Volume volume = pod.spec().volumes().stream()
                    .filter(one -> one.name().equals(mount.name()))
                    .findFirst()
                    .orElseThrow(() -> new VolumeFailure(mount.name(), "volume not found: " + mount.name()));
            mounts.add(mounted(pod, volume, mount, environment));
        }
        try {
            if (!hosts.isEmpty()
                    && mounts.stream().noneMatch(one -> one.containerPath().equals("/etc/hosts"))) {
                Path file = podFolder(pod.metadata().uid()).resolve("etc-hosts");
                Files.createDirectories(podFolder(pod.metadata().uid()));
                Files.writeString(file, hosts);
                mounts.add(new Mount("/etc/hosts", file.toString(), false, Propagation.NONE));
            }
            Path log = terminationLog(pod, container.name(), attempt);
            Files.createDirectories(log.resolveSibling("."));
            Files.writeString(log, "");
            Files.setPosixFilePermissions(log, AtomicFolder.permissions(0666));
            String inside =
                    container.terminationMessagePath().isEmpty() ? TERMINATION_LOG : container.terminationMessagePath();
            mounts.add(new Mount(inside, log.toString(), false, Propagation.NONE));
        } catch (IOException e) {
            throw new VolumeFailure("termination-log", String.valueOf(e.getMessage()), e);
        }
        return mounts;
    }

    private Mount mounted(Pod pod, Volume volume, VolumeMount mount, Map<String, String> environment) {
        Path source = source(pod, volume);
        String part = mount.subPathExpr().isEmpty()
                ? mount.subPath()
                : Expansion.expand(mount.subPathExpr(), name -> Optional.ofNullable(environment.get(name)));
        if (!part.isEmpty()) {
            source = inside(volume, source, part);
        }
        boolean content =
                volume.hasConfigMap() || volume.hasSecret() || volume.hasDownwardAPI() || volume.hasProjected();
        boolean readOnly = mount.readOnly() || content || isReadOnly(volume);
        return new Mount(mount.mountPath(), source.toString(), readOnly, propagation(mount));
    }

    /** The real path of {@code part} within {@code source}: links may not lead out of the volume. */
    private static Path inside(Volume volume, Path source, String part) {
        try {
            Path base = source.toRealPath();
            Path target = base.resolve(part).normalize();
            if (!target.startsWith(base) || Path.of(part).isAbsolute()) {
                throw new VolumeFailure(volume.name(), "subPath must stay within the volume: " + part);
            }
            if (!Files.exists(target)) {
                Files.createDirectories(target);
                if (volume.hasEmptyDir()) {
                    Files.setPosixFilePermissions(target, AtomicFolder.permissions(0777));
                }
            }
            Path real = target.toRealPath();
            if (!real.startsWith(base)) {
                throw new VolumeFailure(volume.name(), "subPath must stay within the volume: " + part);
            }
            return real;
        } catch (IOException e) {
            throw new VolumeFailure(volume.name(), "subPath " + part + ": " + e.getMessage(), e);
        }
    }

    private static Propagation propagation(VolumeMount mount) {
        return switch (mount.mountPropagation()) {
            case "HostToContainer" -> Propagation.HOST_TO_CONTAINER;
            case "Bidirectional" -> Propagation.BIDIRECTIONAL;
            default -> Propagation.NONE;
        };
    }

    @Override
    public String logFolder(Pod pod) {
        Path folder = root.resolve("logs")
                .resolve(pod.namespace() + "_" + pod.name() + "_"
                        + pod.metadata().uid());
        try {
            for (Container container : everyContainer(pod)) {
                Files.createDirectories(folder.resolve(container.name()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the log folder " + folder, e);
        }
        return folder.toString();
    }

    private static List<Container> everyContainer(Pod pod) {
        return Stream.of(
                        pod.spec().initContainers().stream(),
                        pod.spec().containers().stream(),
                        pod.spec().ephemeralContainers().stream().map(one -> new Container(one.value())))
                .flatMap(all -> all)
                .toList();
    }

    @Override
    public String terminationMessage(Pod pod, ContainerRecord instance) {
        Path log = terminationLog(pod, instance.name(), instance.attempt());
        if (!Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)) {
            return "";
        }
        try (var in = Files.newInputStream(log)) {
            return new String(in.readNBytes(LONGEST_MESSAGE), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void cleanUp(String podUid) {
        try {
            MemoryFolders.unmountBelow(podFolder(podUid));
            AtomicFolder.delete(podFolder(podUid));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove the volumes of pod " + podUid, e);
        }
    }

    @Override
    public void keepOnly(Set<String> uids) {
        removeOthers(root.resolve("pods"), folder -> uids.contains(folder), this::cleanUp);
        removeOthers(
                root.resolve("logs"),
                folder -> uids.contains(folder.substring(folder.lastIndexOf('_') + 1)),
                folder -> AtomicFolder.delete(root.resolve("logs").resolve(folder)));
    }

    private static void removeOthers(Path folder, Predicate<String> keep, Consumer<String> remove) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> all = Files.list(folder)) {
            all.map(path -> String.valueOf(path.getFileName()))
                    .sorted()
                    .filter(name -> !keep.test(name))
                    .forEach(remove);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot clean " + folder, e);
        }
    }

    private Path podFolder(String uid) {
        return root.resolve("pods").resolve(uid);
    }

    private Path volumeFolder(Pod pod, String volume) {
        return podFolder(pod.metadata().uid()).resolve("volumes").resolve(volume);
    }

    private Path terminationLog(Pod pod, String container, int attempt) {
        return podFolder(pod.metadata().uid())
                .resolve("containers")
                .resolve(container)
                .resolve(Integer.toString(attempt));
    }
}
