package dev.jarbor.cluster;

import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Credential;
import dev.jarbor.server.tls.TlsContexts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * A cluster's certificates. The authority is kept, in the data folder or in a store that several servers share, so that what
 * trusts the cluster goes on trusting it after a restart; what it signs is made afresh at each start.
 */
final class Certificates {
    private final CertificateAuthority authority;
    private final Credential server;
    private final Credential admin;

    private Certificates(CertificateAuthority authority, List<String> serverNames) {
        this.authority = authority;
        this.server = authority.server("kube-apiserver", serverNames);
        this.admin = authority.client("kubernetes-admin", List.of("system:masters"));
    }

    private static Certificates of(CertificateAuthority authority, String serviceAddress, List<String> addresses) {
        var names = new ArrayList<>(List.of(
                "localhost",
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc.cluster.local",
                "127.0.0.1",
                "::1",
                serviceAddress));
        addresses.stream().filter(address -> !names.contains(address)).forEach(names::add);
        return new Certificates(authority, names);
    }

    /**
     * Begins to make them, on a task of its own: keys take about as long as starting the API server, and neither needs the
     * other.
     *
     * @param authority the cluster's own, asked for on that task
     * @param addresses DNS names and addresses of this machine, beside the names every cluster has
     */
    static Future<Certificates> making(
            Supplier<CertificateAuthority> authority, String serviceAddress, List<String> addresses, Runtime runtime) {
        var making = new FutureTask<>(() -> of(authority.get(), serviceAddress, addresses));
        runtime.execute("certificates", making);
        return making;
    }

    /**
     * Waits for them.
     *
     * @throws CannotStart when they cannot be made
     */
    static Certificates made(Future<Certificates> making) {
        try {
            return making.get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof CannotStart cannot) {
                throw cannot;
            }
            throw new CannotStart("cannot make certificates: " + failure.getCause(), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CannotStart("interrupted while starting", interrupted);
        }
    }

    /** The authority in {@code folder}; a fresh one where there is none. */
    static CertificateAuthority authority(Path folder, Runtime runtime) {
        Path certificate = folder.resolve("ca.crt");
        Path key = folder.resolve("ca.key");
        try {
            if (Files.exists(certificate) && Files.exists(key)) {
                return new CertificateAuthority(
                        Credential.ofPem(Files.readString(certificate), Files.readString(key)), runtime);
            }
            CertificateAuthority fresh = CertificateAuthority.create("jarbor", runtime);
            DataFolder.writeAtomically(key, fresh.credential().keyPem());
            DataFolder.writeAtomically(certificate, fresh.credential().certificatePem());
            return fresh;
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new CannotStart(
                    "the certificate authority in " + folder + " cannot be used: " + unreadable.getMessage()
                            + "; `jarbor reset` starts afresh",
                    unreadable);
        }
    }

    String authorityPem() {
        return authority.credential().certificatePem();
    }

    /** Who signs what clients show. */
    List<X509Certificate> clientAuthorities() {
        return List.of(authority.certificate());
    }

    SSLContext serverContext() {
        return TlsContexts.server(server, List.of(), List.of(authority.certificate()));
    }

    CertificateAuthority authority() {
        return authority;
    }

    Credential server() {
        return server;
    }

    /** What the API server shows the API servers behind it. */
    Credential frontProxy() {
        return authority.client(ExtensionServers.FRONT_PROXY, List.of());
    }

    Credential admin() {
        return admin;
    }
}
