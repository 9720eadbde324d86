package dev.jarbor.server.http;

import dev.jarbor.api.codec.Protobuf;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.NodeConnections;
import dev.jarbor.server.discovery.DiscoveryHandler;
import dev.jarbor.server.features.Feature;
import dev.jarbor.server.flow.FlowControl;
import dev.jarbor.server.openapi.OpenApiHandler;
import dev.jarbor.server.table.Tables;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.service.registry.GlobalServiceRegistry;
import io.helidon.service.registry.ServiceRegistryConfig;
import io.helidon.service.registry.ServiceRegistryManager;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http2.Http2Config;
import io.helidon.webserver.http2.Http2ConnectionSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The API server's HTTPS endpoint: HTTP/1.1 and HTTP/2, TLS with optional client certificates, a virtual thread for each
 * connection and request. Serves as soon as {@link #start} returns and until it is closed.
 */
public final class HttpFace implements AutoCloseable {
    /** Connections are kept while idle, because a watch may be silent for as long as it likes. */
    private static final Duration IDLE = Duration.ofHours(24);

    private static final int MOST_CONNECTIONS = 10_000;
    /** Streams that a client may reset within ten seconds: ending a watch is one. */
    private static final int MOST_RESETS = 10_000;

    private static final int MOST_HEADER_BYTES = 64 * 1024;

    private final WebServer server;
    private final OpenFront front;
    private final Shutdown shutdown;
    private final Duration delay;

    private HttpFace(WebServer server, OpenFront front, Shutdown shutdown, Duration delay) {
        this.server = server;
        this.front = front;
        this.shutdown = shutdown;
        this.delay = delay;
    }

    /**
     * For a program that is nothing but this server, before it starts: the library then does not look for services on the
     * class path, which takes a tenth of a start. They are one set for the whole process, so where others may use the
     * library too this is not to be called.
     */
    public static void ownsProcess() {
        GlobalServiceRegistry.registry(ServiceRegistryManager.create(ServiceRegistryConfig.builder()
                        .discoverServices(false)
                        .discoverServicesFromServiceLoader(false)
                        .build())
                .registry());
    }

    /**
     * Listens and serves {@code api}.
     *
     * @param nodes the ways down to the nodes, for logs, exec, attach and port-forward
     * @throws IllegalStateException when the address cannot be listened on
     */
    public static HttpFace start(ApiServer api, NodeConnections nodes, HttpSettings settings) {
        var shutdown = new Shutdown(api.runtime().outside());
        var front = new OpenFront(front(api, nodes, settings.front(), shutdown));
        var routing = new FaceRouting(front, api.runtime().outside());
        Tls tls = Tls.builder()
                .sslContext(settings.tls())
                .clientAuth(TlsClientAuth.OPTIONAL)
                .endpointIdentificationAlgorithm(Tls.ENDPOINT_IDENTIFICATION_NONE)
                .enabledProtocols(settings.terms().protocols())
                .enabledCipherSuites(settings.terms().suites())
                .addApplicationProtocol("h2")
                .addApplicationProtocol("http/1.1")
                .build();
        WebServer server = WebServer.builder()
                .address(settings.address())
                .port(settings.port())
                .tls(tls)
                // everything is named here: nothing is looked up on the class path
                .contentEncoding(encodings -> encodings.contentEncodingsDiscoverServices(false))
                .mediaContext(
                        media -> media.mediaSupportsDiscoverServices(false).registerDefaults(false))
                .protocolsDiscoverServices(false)
                .concurrencyLimitDiscoverServices(false)
                .featuresDiscoverServices(false)
                .shutdownHook(false)
                .shutdownGracePeriod(Duration.ofMillis(200))
                .idleConnectionTimeout(IDLE)
                .maxTcpConnections(MOST_CONNECTIONS)
                .connectionOptions(options -> options.readTimeout(Duration.ZERO).tcpNoDelay(true))
                .addConnectionSelector(new FaceSelector(http1(front), routing, Wire::of))
                .addConnectionSelector(
                        new FaceSelector(http2(front, settings.limits().streams()), routing, OpenStreams::between))
                .build()
                .start();
        return new HttpFace(server, front, shutdown, settings.limits().shutdownDelay());
    }

    /** What answers requests, without a socket. */
    static Front front(ApiServer api, NodeConnections nodes, FrontSettings settings, Shutdown shutdown) {
        Protobuf protobuf = Protobuf.of(api.registry().schemas());
        boolean compresses = api.settings().features().enabled(Feature.API_RESPONSE_COMPRESSION);
        var answers = new AnswerWriter(protobuf, compresses);
        var tables = new Tables(api.runtime());
        var resources = new ResourceHandler(
                api,
                tables,
                new WatchHandler(
                        api, tables, protobuf, shutdown, settings.limits().shortestWatch()),
                new ResourceRequests(new RequestBodies(protobuf)),
                answers,
                protobuf);
        var checks = new ArrayList<Health.Check>();
        checks.add(Health.Check.passing("log", true, () -> true));
        checks.add(Health.Check.passing("etcd", true, () -> api.store().health().answers()));
        checks.add(Health.Check.passing(
                "etcd-readiness", false, () -> api.store().health().inStep()));
        checks.add(Health.Check.passing("informer-sync", false, api::ready));
        for (String hook : List.of(
                "priority-and-fairness-config-consumer",
                "rbac/bootstrap-roles",
                "scheduling/bootstrap-system-priority-classes")) {
            checks.add(Health.Check.passing("poststarthook/" + hook, true, api::ready));
        }
        checks.add(Health.Check.passing("shutdown", false, () -> !shutdown.hasBegun()));
        checks.addAll(settings.checks());
        var metrics = new Metrics(api, settings.version());
        var nonResources = new NonResources(
                new DiscoveryHandler(api.registry(), api.aggregation()::resources, api.aggregation()::priorities),
                new OpenApiHandler(
                        api.registry().schemas(),
                        api.registry(),
                        api.aggregation()::resources,
                        api.aggregation()::documents,
                        settings.version().gitVersion()),
                new Health(checks),
                metrics,
                api.resourceSeries(),
                settings.version(),
                api.issuer());
        var passing = new Passing(api.runtime().outside());
        return new Front(
                api,
                resources,
                new ConnectHandler(api, nodes),
                new ProxyHandler(api, passing),
                new AggregationHandler(api, passing),
                nonResources,
                answers,
                metrics,
                gate(api, settings.limits(), metrics),
                shutdown,
                settings);
    }

    private static Gate gate(ApiServer api, RequestLimits limits, Metrics metrics) {
        if (!limits.fairness()) {
            return new InflightGate(limits);
        }
        var flow = new FlowControl(api.store(), api.runtime(), limits.reading() + limits.changing());
        flow.register(metrics.registry());
        return new FlowGate(api, flow);
    }

    private static Http1ConnectionSelector http1(OpenFront front) {
        return Http1ConnectionSelector.builder()
                .config(Http1Config.builder()
                        .validatePath(false)
                        .maxHeadersSize(MOST_HEADER_BYTES)
                        .maxPrologueLength(MOST_HEADER_BYTES)
                        .build())
                .addUpgrader(new FaceUpgrader("websocket", front))
                .addUpgrader(new FaceUpgrader("SPDY/3.1", front))
                .build();
    }

    private static Http2ConnectionSelector http2(OpenFront front, int streams) {
        return Http2ConnectionSelector.builder()
                .addSubProtocolSelector(new LongStreams(front))
                .http2Config(Http2Config.builder()
                        .validatePath(false)
                        .maxHeaderListSize(MOST_HEADER_BYTES)
                        .maxConcurrentStreams(streams)
                        .maxRapidResets(MOST_RESETS)
                        .initialWindowSize(1024 * 1024)
                        .build())
                .build();
    }

    /** The port that clients connect to. */
    public int port() {
        return server.port();
    }

    /** Lets the requests at work come to their end first; watches are ended. */
    @Override
    public void close() {
        shutdown.run(delay);
        server.stop();
        front.close();
    }
}
