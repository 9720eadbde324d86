package dev.jarbor.cluster;

import dev.jarbor.api.codec.Yaml;
import dev.jarbor.client.http.KubeConfig;
import dev.jarbor.cluster.options.PlaneSettings;
import dev.jarbor.cluster.options.WrongOption;
import dev.jarbor.controllers.Settings;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.aggregation.FrontProxy;
import dev.jarbor.server.http.HttpFace;
import dev.jarbor.server.http.HttpSettings;
import dev.jarbor.server.kinds.ServiceRange;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Credential;
import dev.jarbor.server.tls.Pem;
import dev.jarbor.server.tls.TlsContexts;
import java.io.IOException;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;

/**
 * A control plane alone: API server, control loops and scheduler as their owner's options say, and no nodes. What it starts
 * it also stops.
 */
public final class StandaloneServer implements AutoCloseable {
    private final DataFolder folder;
    private final Certificates certificates;
    private final PlaneSettings settings;
    private final Backing backing;
    private final ControlPlane plane;
    private final HttpFace https;
    private final Presence presence;
    private final AtomicBoolean closed = new AtomicBoolean();

    private StandaloneServer(
            DataFolder folder,
            Certificates certificates,
            PlaneSettings settings,
            Backing backing,
            ControlPlane plane,
            HttpFace https,
            Presence presence) {
        this.folder = folder;
        this.certificates = certificates;
        this.settings = settings;
        this.backing = backing;
        this.plane = plane;
        this.https = https;
        this.presence = presence;
    }

    /**
     * Starts it; returns when its API is ready.
     *
     * @param folder prepared and locked by the caller: the cluster's own authority is kept there
     * @throws CannotStart in one line, with nothing left running
     */
    public static StandaloneServer start(PlaneSettings settings, DataFolder folder, Runtime runtime) {
        int port = Ports.free(settings.address(), settings.port());
        ServerSettings given = settings.server();
        Backing backing = Backing.open(settings.store(), settings.encryption(), folder, runtime);
        Future<Certificates> making = Certificates.making(
                backing.authority(),
                ServiceRange.parse(given.network().serviceCidr()).first(),
                List.of(settings.advertised(), given.network().publicHost()),
                runtime);
        var directory = new NodeDirectory();
        ServerSettings own = backing.keys()
                .apply(given.withPublicPort(port)
                        .withAuthentication(given.authentication()
                                .withClientAuthorities(() -> clientAuthorities(settings, Certificates.made(making)))));
        ApiServer server;
        try {
            server = new ApiServer(backing.store(), runtime, own, directory, frontProxy(settings));
        } catch (IllegalArgumentException wrong) {
            // what plugins were told is read by them alone
            backing.close();
            throw new WrongOption(String.valueOf(wrong.getMessage()), wrong);
        }
        server.start();
        Certificates certificates = Certificates.made(making);
        ControlPlane plane;
        try {
            plane = new ControlPlane(
                    server,
                    directory,
                    runtime,
                    Settings.of(rootCertificates(settings, certificates))
                            .withSigning(signing(settings, certificates, runtime)),
                    settings.controllers(),
                    settings.scheduler(),
                    backing.shared());
        } catch (RuntimeException wrong) {
            server.close();
            backing.close();
            throw wrong;
        }
        HttpFace https;
        try {
            https = HttpFace.start(
                    server,
                    directory,
                    HttpSettings.of(settings.address(), port, tls(settings, certificates))
                            .withLimits(settings.limits())
                            .withChecks(backing.encryption().checks())
                            .withTransportSecurity(settings.transportSecurity())
                            .withTerms(settings.terms())
                            .withCrossOrigin(settings.crossOrigin()));
        } catch (RuntimeException failure) {
            plane.close();
            backing.close();
            throw new CannotStart(
                    "the API cannot listen on " + settings.address().getHostAddress() + ":" + port + ": "
                            + failure.getMessage(),
                    failure);
        }
        var started = new StandaloneServer(
                folder,
                certificates,
                settings,
                backing,
                plane,
                https,
                new Presence(plane.api(), runtime, backing.shared(), settings.advertised(), port));
        try {
            started.presence.start();
            new ExtensionServers(plane.as("kube-apiserver"))
                    .publish(
                            ExtensionServers.pem(clientAuthorities(settings, certificates)),
                            given.authentication().requestHeaders());
            plane.startLoops();
            return started;
        } catch (RuntimeException failure) {
            started.close();
            throw failure;
        }
    }

    /** The cluster's own authority always counts: administrators' certificates come from it. */
    private static List<X509Certificate> clientAuthorities(PlaneSettings settings, Certificates certificates) {
        var all = new ArrayList<>(certificates.clientAuthorities());
        all.addAll(settings.clientAuthorities());
        return List.copyOf(all);
    }

    private static SSLContext tls(PlaneSettings settings, Certificates certificates) {
        var named = new ArrayList<>(clientAuthorities(settings, certificates));
        named.addAll(settings.server().authentication().requestHeaders().authorities());
        return settings.serving().stream()
                .findFirst()
                .map(own -> TlsContexts.server(own.credential(), own.chain(), named))
                .orElseGet(() -> TlsContexts.server(certificates.server(), List.of(), named));
    }

    private static FrontProxy frontProxy(PlaneSettings settings) {
        return settings.proxying().stream()
                .findFirst()
                .map(credential -> FrontProxy.presenting(() -> credential))
                .orElse(FrontProxy.WITHOUT_CERTIFICATE);
    }

    private static AuthoritySigning signing(PlaneSettings settings, Certificates certificates, Runtime runtime) {
        CertificateAuthority authority = settings.signing().stream()
                .findFirst()
                .map(own -> new CertificateAuthority(own, runtime))
                .orElseGet(certificates::authority);
        return new AuthoritySigning(authority, settings.longestSigned());
    }

    /** What clients check the server by: its authority, or what leads to it as far as it was given. */
    private static String rootCertificates(PlaneSettings settings, Certificates certificates) {
        return settings.serving().stream()
                .findFirst()
                .map(own -> own.chain().isEmpty()
                        ? own.credential().certificatePem()
                        : Pem.of(own.chain().getLast()))
                .orElseGet(certificates::authorityPem);
    }

    public String url() {
        String host = settings.address().isAnyLocalAddress()
                ? settings.advertised()
                : settings.address().getHostAddress();
        return "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + https.port();
    }

    ControlPlane plane() {
        return plane;
    }

    String authorityPem() {
        return certificates.authorityPem();
    }

    /** Writes access for administrators, as context {@code jarbor}, into the data folder. */
    public void announce() {
        Credential admin = certificates.admin();
        KubeConfig access = KubeConfig.empty(folder.root())
                .withCluster(
                        "jarbor",
                        URI.create(url()),
                        rootCertificates(settings, certificates),
                        admin.certificatePem(),
                        admin.kubeconfigKeyPem())
                .withCurrentContext("jarbor");
        try {
            DataFolder.writeAtomically(folder.kubeconfig(), Yaml.text(access.value()));
        } catch (IOException failure) {
            throw new CannotStart("cannot write " + folder.kubeconfig() + ": " + failure.getMessage(), failure);
        }
    }

    /** Stops everything; a second call does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            // what is at work comes to its end first, by controllers that still run
            presence.close();
            https.close();
            plane.close();
            backing.close();
        }
    }
}
