package dev.jarbor.cluster.options;

import dev.jarbor.server.ServerSettings;
import dev.jarbor.server.http.CrossOrigin;
import dev.jarbor.server.http.RequestLimits;
import dev.jarbor.server.http.TlsTerms;
import dev.jarbor.server.tls.CertificateAuthority;
import dev.jarbor.server.tls.Credential;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the options of a control plane come to, all files read and all contradictions refused.
 *
 * @param server the API server's settings; its client authorities are those of {@code clientAuthorities}
 * @param encryption how objects are sealed before they are written to a disk
 * @param store where objects are kept
 * @param address where to listen
 * @param port where to listen; 0 for any free one
 * @param advertised the address that others are told
 * @param serving the server's certificates, its own first, and its key; empty for a fresh one
 * @param clientAuthorities who signs client certificates, beside the cluster's own authority
 * @param signing the authority that signs requests; empty for the cluster's own
 * @param longestSigned how long what it signs may be valid
 * @param controllers which control loops run
 * @param scheduler whether pods are scheduled
 * @param limits how many requests are taken, and for how long
 * @param proxying what aggregated servers know this one by; empty for nothing
 * @param transportSecurity what browsers are told of HTTPS; empty for nothing
 * @param terms which TLS is spoken
 * @param crossOrigin which pages of other origins may use the server
 */
public record PlaneSettings(
        ServerSettings server,
        EncryptionSettings encryption,
        StoreChoice store,
        InetAddress address,
        int port,
        String advertised,
        List<Serving> serving,
        List<X509Certificate> clientAuthorities,
        List<Credential> signing,
        Duration longestSigned,
        ControllerChoice controllers,
        boolean scheduler,
        RequestLimits limits,
        List<Credential> proxying,
        List<String> transportSecurity,
        TlsTerms terms,
        CrossOrigin crossOrigin) {
    public PlaneSettings {
        serving = List.copyOf(serving);
        clientAuthorities = List.copyOf(clientAuthorities);
        signing = List.copyOf(signing);
        proxying = List.copyOf(proxying);
        transportSecurity = List.copyOf(transportSecurity);
    }

    /** @param chain what leads from the credential's certificate to an authority */
    public record Serving(Credential credential, List<X509Certificate> chain) {
        public Serving {
            chain = List.copyOf(chain);
        }
    }

    /** @throws WrongOption in one line for the user, with nothing started */
    public static PlaneSettings of(OptionValues values) {
        var access = new AccessOptions(values);
        var network = new NetworkOptions(values);
        Optional<Credential> serving = PemOptions.credential(values, "tls-cert-file", "tls-private-key-file");
        Optional<Credential> signing =
                PemOptions.credential(values, "cluster-signing-cert-file", "cluster-signing-key-file");
        FixedOptions.check(values);
        ServerSettings server = ServerSettings.DEFAULT
                .withNetwork(network.settings())
                .withAuthentication(access.authentication())
                .withAuthorization(access.authorization())
                .withAdmission(AdmissionOptions.settings(values))
                .withAudit(AuditOptions.settings(values))
                .withFeatures(RequestOptions.features(values))
                .withApis(RequestOptions.apis(values))
                .withEventTtl(values.duration("event-ttl", ServerSettings.DEFAULT.eventTtl()));
        List<X509Certificate> presented = PemOptions.certificates(values, "tls-cert-file");
        return new PlaneSettings(
                server,
                EncryptionSettings.of(values),
                StoreOptions.choice(values),
                network.address(),
                network.port(),
                network.advertised(),
                serving.map(own -> new Serving(own, presented.subList(1, presented.size()))).stream()
                        .toList(),
                PemOptions.certificates(values, "client-ca-file"),
                signing.stream().toList(),
                values.duration("cluster-signing-duration", CertificateAuthority.LIFE),
                ControllerChoice.parse(values.list("controllers", List.of("*"))),
                !values.flag("without-scheduler", false),
                RequestOptions.limits(values),
                PemOptions.credential(values, "proxy-client-cert-file", "proxy-client-key-file").stream()
                        .toList(),
                RequestOptions.transportSecurity(values),
                RequestOptions.terms(values),
                RequestOptions.crossOrigin(values));
    }
}
