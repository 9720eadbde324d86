package dev.jarbor.server.http;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.ApiStatus;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.aggregation.RemoteService;
import dev.jarbor.server.audit.AuditTrail;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.Forbidden;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.features.Feature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where every request comes in: who asks, for what, and which part answers. Each failure leaves here as a Status.
 */
final class Front {
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
    private final Duration longest;
    private final Runtime runtime;

    /** @param longest how long a request may take that is no watch and no connection */
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
            Duration longest) {
        this.gate = gate;
        this.shutdown = shutdown;
        this.longest = longest;
        this.server = server;
        this.authentication = new Authentication(server.authenticator());
        this.impersonation = new Impersonation(
                server.authorizer(), server.settings().features().enabled(Feature.CONSTRAINED_IMPERSONATION));
        this.resources = resources;
        this.connects = connects;
        this.proxies = proxies;
        this.aggregated = aggregated;
        this.nonResources = nonResources;
        this.answers = answers;
        this.metrics = metrics;
        this.runtime = server.runtime();
    }

    /** Answers one request, whatever happens. */
    void serve(Exchange exchange) {
        var counted = new CountedExchange(exchange, runtime.newUid());
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
            fail(counted, ApiException.internalError(fault).status());
        }
        counted.audit().complete(counted.code());
        metrics.answered(exchange.head(), target, counted.code(), counted.bytes(), runtime.nanoTime() - start);
    }

    private void answerInTime(RequestTarget target, CountedExchange exchange) {
        RequestHead head = exchange.head();
        try (Deadline deadline = Metrics.isLong(head, target) ? Deadline.none() : Deadline.of(head, longest, runtime)) {
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

    private void fail(CountedExchange exchange, ApiStatus status) {
        exchange.audit().failed(status);
        if (exchange.code() == 0) {
            exchange.send(answers.failure(exchange.head(), status));
        }
    }

    private void answer(RequestTarget target, CountedExchange exchange) {
        User user = recorded(target, exchange);
        gate.pass(user, target, exchange, () -> answer(user, target, exchange));
    }

    private void answer(User user, RequestTarget target, Exchange exchange) {
        if (target instanceof RequestTarget.NonResource(String path)) {
            authorize(user, exchange.head().method().toLowerCase(Locale.ROOT), path);
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
        User user = authentication.user(head, exchange.certificates());
        if (server.auditor().isOn()) {
            exchange.record(server.auditor()
                    .begin(
                            RequestAttributes.of(user, target, head),
                            new AuditTrail.Arrival(
                                    exchange.auditId(),
                                    head.uri(),
                                    addresses(head, exchange.remote()),
                                    head.header("user-agent"))));
        }
        User acting = impersonation.of(user, target, head);
        if (!acting.equals(user)) {
            exchange.audit().impersonating(acting);
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

    private User user(RequestHead head, RequestTarget target, List<X509Certificate> certificates) {
        User user = authentication.user(head, certificates);
        return impersonation.of(user, target, head);
    }

    /** What the connection of {@code head} is to become; empty where no upgrade is to be had. Refusals are thrown. */
    Optional<Upgrade> upgrade(RequestHead head, List<X509Certificate> certificates) {
        if (!(RequestTarget.of(head) instanceof RequestTarget.Resource target)
                || UpgradeRequest.of(head) instanceof UpgradeRequest.None) {
            return Optional.empty();
        }
        Optional<RemoteService> remote = aggregated.takes(head);
        if (remote.isPresent()) {
            return aggregated.upgrade(user(head, target, certificates), remote.get(), target, head);
        }
        if (proxies.takes(target)) {
            return proxies.upgrade(user(head, target, certificates), target, head);
        }
        if (!connects.takes(target)) {
            return resources.upgrade(user(head, target, certificates), target, head);
        }
        return target.path().subresource().equals("log")
                ? Optional.empty()
                : Optional.of(connects.upgrade(user(head, target, certificates), target, head));
    }

    private void authorize(User user, String verb, String path) {
        Attributes asked = Attributes.nonResource(user, verb, path);
        Authorizer.Decision decision = server.authorizer().decide(asked);
        if (!decision.allowed()) {
            throw Forbidden.refusal(asked, decision.reason());
        }
    }
}
