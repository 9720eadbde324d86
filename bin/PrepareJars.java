import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * Makes libraries fit for the JVM's ahead-of-time cache, in place: {@code java PrepareJars.java FOLDER}. The cache takes no
 * classes of signed jars and none from before Java 6; and a signed jar's manifest, with a digest for each class, is read at
 * every start. So signatures go, and old classes get the stack maps of newer ones. Other jars stay as they are.
 */
final class PrepareJars {
    /** Java 6, the first version with stack maps, which the verifier and the cache rely on. */
    private static final int FIRST_WITH_STACK_MAPS = ClassFile.JAVA_6_VERSION;

    private PrepareJars() {}

    public static void main(String[] arguments) throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.list(Path.of(arguments[0]))) {
            jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
        }
        for (Path jar : jars) {
            Path draft = jar.resolveSibling(jar.getFileName() + ".new");
            if (rewrite(jar, draft)) {
                Files.move(draft, jar, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
                System.out.println("prepared " + jar.getFileName());
            }
        }
    }

    /** Writes the jar as it should be, unless it is so already. */
    private static boolean rewrite(Path jar, Path draft) throws IOException {
        try (var in = new JarFile(jar.toFile(), false);
                var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            List<JarEntry> entries = in.stream().toList();
            if (entries.stream().noneMatch(PrepareJars::isUnwanted) && !isOld(in, entries)) {
                return false;
            }
            try (var out = new JarOutputStream(Files.newOutputStream(draft))) {
                for (JarEntry entry : entries) {
                    if (!isUnwanted(entry)) {
                        var copy = new JarEntry(entry.getName());
                        copy.setTime(entry.getTime());
                        out.putNextEntry(copy);
                        out.write(content(in, entry, loader));
                        out.closeEntry();
                    }
                }
            }
            return true;
        }
    }

    /** What must not come along: signatures, and a service by which dnsjava would resolve names for the whole JVM. */
    private static boolean isUnwanted(JarEntry entry) {
        return isSignature(entry) || entry.getName().equals("META-INF/services/java.net.spi.InetAddressResolverProvider");
    }

    private static boolean isSignature(JarEntry entry) {
        return entry.getName().matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
    }

    /** Whether the first class is: a jar is compiled in one go. */
    private static boolean isOld(JarFile jar, List<JarEntry> entries) throws IOException {
        for (JarEntry entry : entries) {
            if (isClass(entry)) {
                return version(bytes(jar, entry)) < FIRST_WITH_STACK_MAPS;
            }
        }
        return false;
    }

    /** Leaves out what only newer JVMs read, and what is new therefore. */
    private static boolean isClass(JarEntry entry) {
        String name = entry.getName();
        return name.endsWith(".class") && !name.startsWith("META-INF/") && !name.endsWith("module-info.class");
    }

    private static int version(byte[] classFile) {
        return (classFile[6] & 0xff) << 8 | classFile[7] & 0xff;
    }

    private static byte[] content(JarFile jar, JarEntry entry, ClassLoader loader) throws IOException {
        byte[] bytes = bytes(jar, entry);
        if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
            return withoutDigests(bytes);
        }
        return isClass(entry) && version(bytes) < FIRST_WITH_STACK_MAPS ? withStackMaps(bytes, loader) : bytes;
    }

    private static byte[] withoutDigests(byte[] manifest) throws IOException {
        var read = new Manifest(new ByteArrayInputStream(manifest));
        read.getEntries().clear();
        var written = new ByteArrayOutputStream();
        read.write(written);
        return written.toByteArray();
    }

    private static byte[] withStackMaps(byte[] old, ClassLoader loader) {
        ClassFile classes = ClassFile.of(
                StackMapsOption.GENERATE_STACK_MAPS,
                ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(loader)));
        ClassTransform everyBody = ClassTransform.transformingMethodBodies(CodeBuilder::with);
        ClassTransform version = ClassTransform.endHandler(builder -> builder.withVersion(FIRST_WITH_STACK_MAPS, 0));
        return classes.transformClass(classes.parse(old), everyBody.andThen(version));
    }

    private static byte[] bytes(JarFile jar, JarEntry entry) throws IOException {
        try (var in = jar.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }
}
