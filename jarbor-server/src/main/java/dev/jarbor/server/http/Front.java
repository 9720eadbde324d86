package dev.jarbor.server.http;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.admission.AuditAnnotations;
import dev.jarbor.server.aggregation.RemoteService;
import dev.jarbor.server.audit.AuditTrail;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.features.Feature;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Where every request comes in: who asks, for what, and which part answers. Each failure leaves here as a Status.
 */
final class Front {
    private static final User NOBODY = new User("", "", List.of(), new TreeMap<>());
    private static final int SWITCHED = 101;

    private static final System.Logger LOG = System.getLogger(Front.class.getName());

    private final ApiServer server;
    private final Authentication authentication;
    private final Impersonation impersonation;
    private final ResourceHandler resources;
    private final ConnectHandler connects;
    private final ProxyHandler proxies;
    private final AggregationHandler aggregated;
    private final NonResources nonResources;
    private final AnswerWriter answers;
    private final Metrics metrics;
    private final Gate gate;
    private final Shutdown shutdown;
    private final FrontSettings settings;
    private final Runtime runtime;
    private final RefusedUpgrades refusedUpgrades;

    Front(
            ApiServer server,
            ResourceHandler resources,
            ConnectHandler connects,
            ProxyHandler proxies,
            AggregationHandler aggregated,
            NonResources nonResources,
            AnswerWriter answers,
            Metrics metrics,
            Gate gate,
            Shutdown shutdown,
            FrontSettings settings) {
        this.gate = gate;
        this.shutdown = shutdown;
        this.settings = settings;
        this.server = server;
        this.authentication = new Authentication(new AuthenticationMetrics(
                server.authenticator(), metrics.registry(), server.runtime().outside()));
        this.impersonation = new Impersonation(
                server.authorizer(), server.settings().features().enabled(Feature.CONSTRAINED_IMPERSONATION));
        this.resources = resources;
        this.connects = connects;
        this.proxies = proxies;
        this.aggregated = aggregated;
        this.nonResources = nonResources;
        this.answers = answers;
        this.metrics = metrics;
        this.runtime = server.runtime().outside();
        this.refusedUpgrades = new RefusedUpgrades(runtime::newUid);
    }

    /** Answers one request, whatever happens. */
    void serve(Exchange exchange) {
        var counted = new CountedExchange(exchange, runtime.newUid());
        settings.headers().forEach(header -> counted.add(header.name(), header.value()));
        List<Reply.Header> origins = settings.crossOrigin().headers(exchange.head());
        origins.forEach(header -> counted.add(header.name(), header.value()));
        if (!origins.isEmpty() && exchange.head().method().equals("OPTIONS")) {
            // A browser asks whether it may ask; it shows nobody's credentials for that.
            counted.send(Reply.empty(204));
            return;
        }
        long start = runtime.nanoTime();
        RequestTarget target = RequestTarget.of(exchange.head());
        try (var work = shutdown.begin();
                var ignored = metrics.begin(exchange.head(), target)) {
            answerInTime(target, counted);
        } catch (ApiException refused) {
            fail(counted, refused.status());
        } catch (DecodeException malformed) {
            fail(
                    counted,
                    ApiException.badRequest(String.valueOf(malformed.getMessage()))
                            .status());
        } catch (GoneException gone) {
            // nobody is there any more to be answered
        } catch (RuntimeException fault) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "a request failed: " + exchange.head().path(),
                    fault);
            counted.audit().panicked(fault);
            counted.record(AuditTrail.NONE);
            fail(counted, ApiException.internalError(fault).status());
        }
        counted.audit().complete(counted.code());
        metrics.answered(exchange.head(), target, counted.code(), counted.bytes(), runtime.nanoTime() - start);
    }

    private void answerInTime(RequestTarget target, CountedExchange exchange) {
        RequestHead head = exchange.head();
        try (Deadline deadline = Metrics.isLong(head, target) ? Deadline.none() : deadline(exchange)) {
            try {
                answer(target, exchange);
            } catch (RuntimeException fault) {
                if (!deadline.isPassed()) {
                    throw fault;
                }
                throw Deadline.exceeded();
            }
        }
    }

    /** A client that does not go on with its body is told before whoever waits for it is interrupted. */
    private Deadline deadline(CountedExchange exchange) {
        RequestHead head = exchange.head();
        return Deadline.of(
                head,
                settings.limits().longest(),
                runtime,
                () -> exchange.giveUp(answers.failure(head, Deadline.exceeded().status())));
    }

    private void fail(CountedExchange exchange, ApiStatus status) {
        exchange.audit().failed(status);
        if (exchange.code() == 0) {
            exchange.send(answers.failure(exchange.head(), status));
        }
    }

    private void answer(RequestTarget target, CountedExchange exchange) {
        User user = recorded(target, exchange);
        Optional<RefusedUpgrades.Refusal> refused = refusedUpgrades.take(exchange.head());
        gate.pass(user, target, exchange, () -> {
            if (refused.isPresent()) {
                refused.get().annotations().forEach(exchange.audit().annotations()::add);
                throw refused.get().why();
            }
            answer(user, target, exchange);
        });
    }

    private void answer(User user, RequestTarget target, Exchange exchange) {
        if (target instanceof RequestTarget.NonResource(String path)) {
            server.authorize(
                    user,
                    exchange.head().method().toLowerCase(Locale.ROOT),
                    path,
                    exchange.audit().annotations());
        }
        Optional<RemoteService> remote = aggregated.takes(exchange.head());
        if (remote.isPresent()) {
            aggregated.handle(user, remote.get(), target, exchange);
            return;
        }
        switch (target) {
            case RequestTarget.Resource resource -> {
                if (connects.takes(resource)) {
                    connects.handle(user, resource, exchange);
                } else if (proxies.takes(resource)) {
                    proxies.handle(user, resource, exchange);
                } else {
                    resources.handle(user, resource, exchange);
                }
            }
            case RequestTarget.NonResource(String path) -> nonResources.handle(path, exchange);
        }
    }

    /** Whom the request is answered as; from when it is known who asks, it is recorded. */
    private User recorded(RequestTarget target, CountedExchange exchange) {
        RequestHead head = exchange.head();
        User user;
        try {
            user = authentication.user(head, exchange.certificates());
        } catch (ApiException unknown) {
            trail(NOBODY, target, head, exchange.auditId(), exchange.remote())
                    .unauthenticated(Authentication.attempted(head, exchange.certificates()));
            throw unknown;
        }
        AuditTrail trail = trail(user, target, head, exchange.auditId(), exchange.remote());
        trail.received();
        exchange.record(trail);
        return acting(user, target, head, trail);
    }

    private AuditTrail trail(User user, RequestTarget target, RequestHead head, String id, String remote) {
        if (!server.auditor().isOn()) {
            return AuditTrail.NONE;
        }
        var arrival = new AuditTrail.Arrival(
                id, head.uri(), addresses(head, remote), head.header("user-agent"), Metrics.isLong(head, target));
        return server.auditor().begin(RequestAttributes.of(user, target, head), arrival);
    }

    private User acting(User user, RequestTarget target, RequestHead head, AuditTrail trail) {
        User acting = impersonation.of(user, target, head);
        if (!acting.equals(user)) {
            trail.impersonating(acting);
        }
        return acting;
    }

    /** The client's, as proxies tell it, then that of who is connected. */
    private static List<String> addresses(RequestHead head, String remote) {
        var addresses = new ArrayList<>(head.items("x-forwarded-for"));
        if (!remote.isEmpty() && !addresses.contains(remote)) {
            addresses.add(remote);
        }
        return addresses;
    }

    /**
     * What the connection of {@code head} is to become; empty where no upgrade is to be had. A refusal is not recorded here: the same
     * request comes again to be answered in HTTP.
     *
     * @param remote the client's address
     * @param ticket is given the ticket of a refusal, to come again with the request ({@link RefusedUpgrades})
     */
    Optional<Upgrade> upgrade(
            RequestHead head, List<X509Certificate> certificates, String remote, Consumer<String> ticket) {
        if (!(RequestTarget.of(head) instanceof RequestTarget.Resource target)
                || UpgradeRequest.of(head) instanceof UpgradeRequest.None) {
            return Optional.empty();
        }
        String id = CountedExchange.auditId(head, runtime.newUid());
        User user = authentication.user(head, certificates);
        AuditTrail trail = trail(user, target, head, id, remote);
        User acting = acting(user, target, head, trail);
        try {
            return upgrade(acting, target, head, trail.annotations()).map(upgrade -> recorded(upgrade, id, trail));
        } catch (ApiException refused) {
            ticket.accept(refusedUpgrades.keep(
                    new RefusedUpgrades.Refusal(refused, trail.annotations().entries())));
            return Optional.empty();
        }
    }

    private Optional<Upgrade> upgrade(
            User user, RequestTarget.Resource target, RequestHead head, AuditAnnotations annotations) {
        Optional<RemoteService> remote = aggregated.takes(head);
        if (remote.isPresent()) {
            return aggregated.upgrade(user, remote.get(), target, head, annotations);
        }
        if (proxies.takes(target)) {
            return proxies.upgrade(user, target, head, annotations);
        }
        if (!connects.takes(target)) {
            return resources.upgrade(user, target, head, annotations);
        }
        return target.path().subresource().equals("log")
                ? Optional.empty()
                : Optional.of(connects.upgrade(user, target, head, annotations));
    }

    private static Upgrade recorded(Upgrade upgrade, String id, AuditTrail trail) {
        trail.received();
        return upgrade.with("Audit-Id", id).around(speaker -> wire -> {
            trail.started(SWITCHED);
            try {
                speaker.speak(wire);
                trail.complete(SWITCHED);
            } catch (IOException ended) {
                trail.complete(SWITCHED);
                throw ended;
            } catch (RuntimeException fault) {
                trail.panicked(fault);
                throw fault;
            }
        });
    }
}
