package dev.jarbor.server.http;

import dev.jarbor.api.codec.Protobuf;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.PatchType;
import dev.jarbor.client.Verb;
import dev.jarbor.server.Answer;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.admission.AuditAnnotations;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.table.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Requests for resources that are answered at once. */
final class ResourceHandler {
    private final ApiServer server;
    private final Tables tables;
    private final WatchHandler watches;
    private final ResourceRequests requests;
    private final AnswerWriter answers;
    private final Protobuf protobuf;

    ResourceHandler(
            ApiServer server,
            Tables tables,
            WatchHandler watches,
            ResourceRequests requests,
            AnswerWriter answers,
            Protobuf protobuf) {
        this.protobuf = protobuf;
        this.server = server;
        this.tables = tables;
        this.watches = watches;
        this.requests = requests;
        this.answers = answers;
    }

    void handle(User user, RequestTarget.Resource target, Exchange exchange) {
        RequestHead head = exchange.head();
        Verb verb = RequestTarget.verb(head.method(), target, head.query().bool("watch"))
                .orElseThrow(() -> ApiException.methodNotSupported(
                        new GroupResource(target.path().group(), target.path().plural()), head.method()));
        if (verb == Verb.WATCH) {
            watches.handle(user, target, exchange);
            return;
        }
        AnswerFormat format = AnswerFormat.choose(head, Served.offer(server, protobuf, target.path()));
        var shaper =
                new Shaper(server, tables, format, target.path(), head.query().string("includeObject"));
        ResourceRequests.Read read = requests.read(target, verb, Served.kind(server, target.path()), exchange);
        exchange.audit().request(read.request().body());
        Answer answer = server.handle(
                user,
                strict(read),
                head.header("user-agent"),
                read.findings(),
                exchange.audit().annotations());
        exchange.audit().response(answer.body());
        ObjectValue body = shaper.shape(answer.body());
        answers.send(exchange, answer.code(), body, format, warnings(read, answer));
    }

    /** What the connection of a watch is to become; empty for everything else, which is answered in HTTP. */
    Optional<Upgrade> upgrade(
            User user, RequestTarget.Resource target, RequestHead head, AuditAnnotations annotations) {
        boolean watch = RequestTarget.verb(head.method(), target, head.query().bool("watch"))
                .equals(Optional.of(Verb.WATCH));
        return watch
                ? ConnectUpgrades.watch(head, () -> watches.socket(user, target, head, annotations))
                : Optional.empty();
    }

    /** What is applied is refused for names given twice before it is looked at any further. */
    private static ApiRequest strict(ResourceRequests.Read read) {
        if (!read.findings().isEmpty()
                && read.request().patchType() == PatchType.APPLY
                && read.request().query().string("fieldValidation").equals("Strict")) {
            throw ApiException.badRequest("strict decoding error: " + String.join(", ", read.findings()));
        }
        return read.request();
    }

    private static List<String> warnings(ResourceRequests.Read read, Answer answer) {
        var warnings = new ArrayList<String>();
        if (read.request().patchType() == PatchType.APPLY
                && !read.request().query().string("fieldValidation").equals("Ignore")) {
            warnings.addAll(read.findings());
        }
        warnings.addAll(answer.warnings());
        return warnings;
    }
}
