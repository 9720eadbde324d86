package dev.jarbor.server;

import dev.jarbor.api.GenericObject;
import dev.jarbor.api.Kind;
import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.schema.ResourceList;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.Api;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.client.Watch;
import dev.jarbor.client.WatchListener;
import dev.jarbor.runtime.Runtime;
import dev.jarbor.runtime.metrics.MetricRegistry;
import dev.jarbor.server.admission.Admission;
import dev.jarbor.server.admission.AdmissionChain;
import dev.jarbor.server.admission.AdmissionMetrics;
import dev.jarbor.server.admission.AuditAnnotations;
import dev.jarbor.server.admission.MeasuredAdmission;
import dev.jarbor.server.admission.Operation;
import dev.jarbor.server.admission.Phase;
import dev.jarbor.server.admission.ReinvokedAdmission;
import dev.jarbor.server.admission.builtin.BuiltInAdmission;
import dev.jarbor.server.admission.certificates.PodCertificateSigning;
import dev.jarbor.server.admission.certificates.SigningRequesters;
import dev.jarbor.server.admission.device.ClaimStatusRights;
import dev.jarbor.server.admission.device.DeviceAdminAccess;
import dev.jarbor.server.admission.podsecurity.PrivilegedContainers;
import dev.jarbor.server.admission.policy.MutatingPolicies;
import dev.jarbor.server.admission.policy.ValidatingPolicies;
import dev.jarbor.server.admission.policy.WebhookConditions;
import dev.jarbor.server.aggregation.Aggregation;
import dev.jarbor.server.aggregation.FrontProxy;
import dev.jarbor.server.aggregation.RemoteService;
import dev.jarbor.server.audit.Auditor;
import dev.jarbor.server.auth.Attributes;
import dev.jarbor.server.auth.Authentication;
import dev.jarbor.server.auth.Authenticator;
import dev.jarbor.server.auth.Authorizer;
import dev.jarbor.server.auth.AuthorizerChain;
import dev.jarbor.server.auth.IssuerDocuments;
import dev.jarbor.server.auth.Tokens;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.customresources.CustomResources;
import dev.jarbor.server.customresources.Definitions;
import dev.jarbor.server.features.Feature;
import dev.jarbor.server.flow.FlowUpkeep;
import dev.jarbor.server.kinds.BuiltInKinds;
import dev.jarbor.server.kinds.ServiceAllocation;
import dev.jarbor.server.kinds.ServiceRange;
import dev.jarbor.server.rbac.EscalationCheck;
import dev.jarbor.server.rbac.RbacAuthorizer;
import dev.jarbor.server.registry.Allocator;
import dev.jarbor.server.registry.Registry;
import dev.jarbor.server.registry.ServedResource;
import dev.jarbor.server.resourcemetrics.MetricsSchemas;
import dev.jarbor.server.webhook.MutatingWebhooks;
import dev.jarbor.server.webhook.ValidatingWebhooks;
import dev.jarbor.server.webhook.WebhookClient;
import dev.jarbor.store.Store;
import dev.jarbor.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The API server without a network: requests go in, answers come out. The HTTP face and every component of the same
 * process call it the same way.
 *
 * <p>A write's way is visible here and in {@link Writes}: authorise → decode → mutate admission → default → validate →
 * validate admission → commit → answer. Whatever is refused leaves as an {@link ApiException} with the reference's Status.
 * All state is the store's; this object and its parts keep none, and may be called from any thread.
 */
public final class ApiServer implements AutoCloseable {
    private final Store store;
    private final Runtime runtime;
    private final MetricRegistry metrics = new MetricRegistry();
    private final MetricRegistry resourceSeries = new MetricRegistry();
    private final ServerSettings settings;
    private final Registry registry;
    private final StoredServices backends;
    private final Definitions definitions;
    private final Authenticator authenticator;
    private final Authorizer authorizer;
    private final IssuerDocuments issuer;
    private final Auditor auditor;
    private final Authorization authorization;
    private final Admission admission;
    private final Aggregation aggregation;
    private final StoredRequests stored;
    private final VirtualRequests virtual;
    private final Watches watches;
    private final Bootstrap bootstrap;
    private final FlowUpkeep flows;
    private final EventExpiry events;
    private final ResourceMetrics resourceMetrics;
    private volatile Interference interference = Interference.NONE;
    private volatile boolean ready;

    /** A server that has no nodes to reach: what is asked of them is refused. */
    public ApiServer(Store store, Runtime runtime, ServerSettings settings) {
        this(store, runtime, settings, name -> Optional.empty());
    }

    /** @param nodes the ways down to the nodes, for webhooks and proxies that are pods */
    public ApiServer(Store store, Runtime runtime, ServerSettings settings, NodeConnections nodes) {
        this(store, runtime, settings, nodes, FrontProxy.WITHOUT_CERTIFICATE);
    }

    /**
     * @param nodes the ways down to the nodes, for webhooks and proxies that are pods
     * @param proxy how other API servers behind this one know it
     * @throws IllegalArgumentException where the settings contradict themselves or name what there is not
     */
    public ApiServer(Store store, Runtime runtime, ServerSettings settings, NodeConnections nodes, FrontProxy proxy) {
        this.store = store;
        this.runtime = runtime;
        this.settings = settings;
        boolean measured = settings.resourceMetrics();
        Schemas schemas = measured ? new MetricsSchemas(Schemas.builtIn()) : Schemas.builtIn();
        this.resourceMetrics = new ResourceMetrics(store, runtime, nodes);
        this.backends = new StoredServices(store, runtime, nodes);
        var webhooks = new WebhookClient(backends, runtime);
        this.registry = new Registry(
                schemas,
                BuiltInKinds.rules(runtime::now, settings.features()),
                measured ? settings.apis().offering(MetricsSchemas.API) : settings.apis(),
                new CustomResources(store, runtime, new ConversionWebhooks(webhooks)::converted));
        this.definitions = new Definitions(store, runtime);
        var tokens = new Tokens(
                settings.authentication().serviceAccounts().key(),
                settings.authentication().serviceAccounts().formerKeys());
        this.authenticator = Authentication.chain(settings.authentication(), store, runtime, tokens);
        this.authorizer = new AuthorizerChain(settings.authorization().chain().stream()
                .map(source -> source.open(store, runtime))
                .toList());
        NetworkSettings network = settings.network();
        this.issuer = new IssuerDocuments(
                settings.authentication().serviceAccounts(), tokens, network.publicHost() + ":" + network.publicPort());
        this.authorization = new Authorization(authorizer, new AuthorizationMetrics(metrics, runtime));
        var intake = new Intake(schemas);
        var conditions = new WebhookConditions(authorizer);
        var counts = new AdmissionMetrics(metrics);
        this.auditor = new Auditor(settings.audit(), runtime);
        Map<String, Admission> steps = Map.of(
                "MutatingAdmissionPolicy",
                new MutatingPolicies(registry, authorizer, intake, new FieldShapes(schemas)::of, runtime, counts),
                "MutatingAdmissionWebhook",
                new MutatingWebhooks(webhooks, runtime, registry, intake, conditions, counts),
                "ValidatingAdmissionPolicy",
                new ValidatingPolicies(registry, authorizer, runtime, counts),
                "ValidatingAdmissionWebhook",
                new ValidatingWebhooks(webhooks, runtime, registry, conditions, counts));
        Admission chain = new ReinvokedAdmission(BuiltInAdmission.chain(
                new BuiltInAdmission.Parts(
                        runtime, authorizer, registry, settings.admission(), settings.features(), counts, steps),
                always()));
        Admission admission = new MeasuredAdmission(chain, runtime, counts::step);
        Allocator services = ServiceAllocation.counted(
                ServiceRange.parse(network.serviceCidr()),
                network.firstNodePort(),
                network.lastNodePort(),
                store,
                runtime,
                metrics);
        this.admission = admission;
        var owners = new FieldOwners(registry, runtime);
        var writes = new Writes(store, runtime, intake, owners, authorization, admission, Map.of("services", services));
        var patches = new Patches(writes, intake, schemas, owners, authorization);
        var deletes = new Deletes(store, runtime, intake, admission, writes);
        this.watches = new Watches(store, runtime, settings.features().enabled(Feature.WATCH_LIST), definitions);
        var scales = new Scales(store, writes, intake, patches, owners);
        this.flows = new FlowUpkeep(store, runtime, as(User.of("system:apiserver", User.MASTERS)));
        this.events = new EventExpiry(store, runtime, settings.eventTtl());
        this.aggregation = new Aggregation(as(User.ADMIN, "kube-apiserver"), store, runtime, registry, backends, proxy);
        this.bootstrap = new Bootstrap(store, runtime, registry, network, services, aggregation.local(), owners);
        var bindings = new Bindings(store, runtime, intake, admission);
        Map<String, SubresourceHandler> special = Map.of(
                "scale",
                scales,
                "pods/binding",
                bindings,
                "pods/eviction",
                new Evictions(store, runtime, intake, deletes, admission),
                "serviceaccounts/token",
                new TokenRequests(store, runtime, intake, tokens, settings.authentication(), admission));
        this.stored = new StoredRequests(new Reads(store), writes, patches, deletes, scales, special, runtime);
        this.virtual = new VirtualRequests(
                store, admission, bindings, resourceMetrics, new Reviews(intake, authenticator, authorizer));
    }

    /** What the reference does without a plugin, and nobody can switch off. */
    private List<AdmissionChain.Step> always() {
        var checks = new ArrayList<Admission>(List.of(
                new PodCertificateSigning(authorizer),
                new DeviceAdminAccess(),
                new ClaimStatusRights(authorizer),
                new EscalationCheck(authorizer, new RbacAuthorizer(store))));
        if (!settings.admission().privileged()) {
            checks.add(new PrivilegedContainers());
        }
        var steps = new ArrayList<AdmissionChain.Step>();
        steps.add(AdmissionChain.Step.of(Phase.MUTATE, new SigningRequesters()));
        checks.forEach(check -> steps.add(AdmissionChain.Step.of(Phase.VALIDATE, check)));
        return steps;
    }

    /** Writes the objects that a cluster has from the first start; then the server is ready. */
    public void start() {
        bootstrap.run();
        flows.start();
        begin();
    }

    /** The same where a server with the same settings has left the store as it is: those objects are there, and in order. */
    public void resume() {
        flows.resume();
        begin();
    }

    private void begin() {
        events.start();
        definitions.start();
        if (settings.resourceMetrics()) {
            resourceMetrics.start();
        }
        ready = true;
        aggregation.start();
    }

    /** From now on everything that is asked passes by {@code other}. */
    public void interfere(Interference other) {
        interference = other;
    }

    /** Whether {@link #start} is done. */
    public boolean ready() {
        return ready;
    }

    /**
     * Carries out {@code request} for {@code user}; not for watches.
     *
     * @throws ApiException when the server refuses
     */
    public Answer handle(User user, ApiRequest request) {
        return handle(user, request, DirectApi.AGENT);
    }

    /** The same for a program that calls itself {@code agent}. */
    public Answer handle(User user, ApiRequest request, String agent) {
        return handle(user, request, agent, Fence.NONE);
    }

    /** The same; what it writes is written only if {@code fence} holds then. */
    Answer handle(User user, ApiRequest request, String agent, Fence fence) {
        return handle(user, request, agent, List.of(), AuditAnnotations.UNREAD, fence);
    }

    /**
     * Carries out {@code request} for {@code user}; not for watches.
     *
     * @param agent the program that asks, as a User-Agent header names it; it comes to own the fields that it writes,
     *     unless the request names a field manager
     * @param duplicates what strict validation of fields holds against the text that the body was read from, such as
     *     {@code duplicate field "spec.foo"}
     * @throws ApiException when the server refuses
     */
    public Answer handle(User user, ApiRequest request, String agent, List<String> duplicates) {
        return handle(user, request, agent, duplicates, AuditAnnotations.UNREAD);
    }

    /**
     * The same, with what authorisation and admission have to say for the audit log.
     *
     * @param annotations is told it
     */
    public Answer handle(
            User user, ApiRequest request, String agent, List<String> duplicates, AuditAnnotations annotations) {
        return handle(user, request, agent, duplicates, annotations, Fence.NONE);
    }

    private Answer handle(
            User user,
            ApiRequest request,
            String agent,
            List<String> duplicates,
            AuditAnnotations annotations,
            Fence fence) {
        var asked = new Interference.Asked(user, agent, request);
        Supplier<Answer> work = () ->
                interference.answer(asked, instead -> inOrder(user, instead, agent, duplicates, annotations, fence));
        try {
            return request.verb().isWrite() ? runtime.turn(work) : work.get();
        } catch (StoreException failed) {
            throw StoreFailures.refusal(failed);
        }
    }

    /** Behind everything that was acknowledged before the request came, by this server or by another. */
    private Answer inOrder(
            User user,
            ApiRequest request,
            String agent,
            List<String> duplicates,
            AuditAnnotations annotations,
            Fence fence) {
        if (Reads.mustBeCurrent(request)) {
            store.current();
        }
        if (request.path().isOfResources()) {
            return Answer.ok(resources(user, request, annotations));
        }
        Optional<RemoteService> remote =
                aggregation.remote(request.path().group(), request.path().version());
        if (remote.isPresent()) {
            authorization.require(user, request, annotations);
            return Answer.ok(aggregation.call(user, request, remote.get()));
        }
        Call call = Call.of(user, request, resource(request.path()), agent, duplicates, annotations)
                .with(fence);
        authorization.require(user, request, annotations);
        if (!call.resource().deprecation().isEmpty()) {
            call.warnings().add(call.resource().deprecation());
        }
        CustomRequests.check(call);
        Verbs.check(call);
        WriteOptions.check(call);
        boolean kept = call.resource().isStored() || !call.subresource().isEmpty();
        Answer answer = (kept ? stored.answer(call) : virtual.answer(call))
                .warned(call.warnings().texts());
        if (call.verb().isWrite() && call.resource().is("apiextensions.k8s.io", "customresourcedefinitions")) {
            // What was written is served before it is acknowledged.
            definitions.settle();
        }
        return answer;
    }

    private ObjectValue resources(User user, ApiRequest request, AuditAnnotations annotations) {
        ResourcePath path = request.path();
        authorize(user, "get", path.toUrl(), annotations);
        List<ResourceDefinition> served = Stream.concat(
                        registry.served().stream().map(ServedResource::definition), aggregation.resources().stream())
                .filter(one -> one.group().equals(path.group()) && one.version().equals(path.version()))
                .toList();
        if (request.verb() != Verb.GET || served.isEmpty()) {
            throw ApiException.unknownResource();
        }
        return ResourceList.of(path.group(), path.version(), served);
    }

    /**
     * Starts a watch for {@code user}. The listener is called on the runtime's tasks, one event at a time and in order.
     * A revision that is no longer kept arrives as an ERROR event with code 410, as clients expect.
     *
     * @throws ApiException when the server refuses
     */
    public Watch watch(User user, ApiRequest request, WatchListener listener) {
        return watch(user, request, listener, DirectApi.AGENT, AuditAnnotations.UNREAD);
    }

    /**
     * The same for a program that calls itself {@code agent}, with what authorisation has to say for the audit log.
     *
     * @param annotations is told it
     */
    public Watch watch(
            User user, ApiRequest request, WatchListener listener, String agent, AuditAnnotations annotations) {
        try {
            if (Reads.mustBeCurrent(request)) {
                store.current();
            }
            Optional<RemoteService> remote =
                    aggregation.remote(request.path().group(), request.path().version());
            if (remote.isPresent()) {
                authorize(user, request, annotations);
                return aggregation.watch(user, request, remote.get(), listener);
            }
            Call call = Call.of(user, request, resource(request.path()), agent, List.of());
            authorize(user, request, annotations);
            Verbs.check(call);
            var asked = new Interference.Asked(user, agent, request);
            return runtime.turn(() -> watches.watch(call, interference.listener(asked, listener)));
        } catch (StoreException failed) {
            throw StoreFailures.refusal(failed);
        }
    }

    /**
     * Admits a connection of {@code user} to what {@code path} names, such as {@code pods/exec}; authorising it is the
     * caller's.
     *
     * @param options what is asked of the connection, such as PodExecOptions
     * @param annotations is told what admission has to say for the audit log
     * @return the options as admission wants them to be
     * @throws ApiException when admission refuses
     */
    public ObjectValue admitConnection(
            User user, ResourcePath path, ObjectValue options, AuditAnnotations annotations) {
        Call call = Call.of(
                user, ApiRequest.of(Verb.CREATE, path), resource(path), DirectApi.AGENT, List.of(), annotations);
        return admission.admit(
                call.review(Operation.CONNECT, call.key(), ObjectValue.EMPTY, options, store.snapshot()));
    }

    /** The API as {@code user} sees it. */
    public Api as(User user) {
        return as(user, DirectApi.AGENT);
    }

    /** The API as {@code user} sees it, and the program that uses it: see {@link #handle(User, ApiRequest, String)}. */
    public Api as(User user, String agent) {
        return as(user, agent, Fence.NONE);
    }

    /** The same; nothing is written through it once {@code fence} does not hold. */
    public Api as(User user, String agent, Fence fence) {
        return new DirectApi(this, user, agent, fence);
    }

    /**
     * Refuses {@code request} in the reference's words unless {@code user} may make it.
     *
     * @param annotations is told what was decided, and why
     */
    public void authorize(User user, ApiRequest request, AuditAnnotations annotations) {
        authorization.require(user, request, annotations);
    }

    /** Refuses a request for what is no resource, such as {@code get /metrics}, unless {@code user} may make it. */
    public void authorize(User user, String verb, String path, AuditAnnotations annotations) {
        authorization.require(Attributes.nonResource(user, verb, path), annotations);
    }

    private ServedResource resource(ResourcePath path) {
        ServedResource resource =
                registry.find(path.group(), path.version(), path.plural()).orElseThrow(ApiException::unknownResource);
        if (!resource.namespaced() && !path.namespace().isEmpty()) {
            throw ApiException.unknownResource();
        }
        return resource;
    }

    public Authenticator authenticator() {
        return authenticator;
    }

    public Authorizer authorizer() {
        return authorizer;
    }

    /** Records what is asked over the network. */
    public Auditor auditor() {
        return auditor;
    }

    /** What others read to check service account tokens. */
    public IssuerDocuments issuer() {
        return issuer;
    }

    public Registry registry() {
        return registry;
    }

    /** What other API servers behind this one serve. */
    public Aggregation aggregation() {
        return aggregation;
    }

    /** How the server itself reaches what runs in the cluster. */
    public StoredServices backends() {
        return backends;
    }

    /** What is counted without a network. */
    public MetricRegistry metrics() {
        return metrics;
    }

    /** What is told of each single pod: too much to be among the others. */
    public MetricRegistry resourceSeries() {
        return resourceSeries;
    }

    public Runtime runtime() {
        return runtime;
    }

    public Store store() {
        return store;
    }

    public ServerSettings settings() {
        return settings;
    }

    /** The kind served at {@code path}, for those who print what is served there. */
    public Optional<Kind<GenericObject>> kindAt(ResourcePath path) {
        return registry.find(path.group(), path.version(), path.plural()).map(ServedResource::kind);
    }

    /** Stops answering as ready; the store and the runtime are their owners' to close. */
    @Override
    public void close() {
        aggregation.close();
        flows.close();
        events.close();
        resourceMetrics.close();
        definitions.close();
        ready = false;
        auditor.close();
    }
}
