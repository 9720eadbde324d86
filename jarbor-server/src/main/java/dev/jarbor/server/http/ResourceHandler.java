package dev.jarbor.server.http;

import dev.jarbor.api.schema.ResourceDefinition;
import dev.jarbor.api.status.ApiException;
import dev.jarbor.api.status.GroupResource;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.client.ApiRequest;
import dev.jarbor.client.ResourcePath;
import dev.jarbor.client.Verb;
import dev.jarbor.server.Answer;
import dev.jarbor.server.ApiServer;
import dev.jarbor.server.auth.User;
import dev.jarbor.server.table.Tables;
import dev.jarbor.server.table.Tables.IncludeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Requests for resources that are answered at once. */
final class ResourceHandler {
    private static final List<AnswerFormat.Encoding> ENCODINGS = List.of(AnswerFormat.Encoding.values());

    private final ApiServer server;
    private final Tables tables;
    private final WatchHandler watches;
    private final ResourceRequests requests;
    private final AnswerWriter answers;

    ResourceHandler(
            ApiServer server, Tables tables, WatchHandler watches, ResourceRequests requests, AnswerWriter answers) {
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
        AnswerFormat format = AnswerFormat.choose(head, !isDelete(verb), ENCODINGS);
        ResourceRequests.Read read = requests.read(target, verb, exchange);
        Answer answer = server.handle(user, strict(read));
        ObjectValue body = shaped(answer.body(), format, target.path(), head);
        exchange.send(answers.reply(head, answer.code(), body, format, warnings(read, answer)));
    }

    /** What the connection of a watch is to become; empty for everything else, which is answered in HTTP. */
    Optional<Upgrade> upgrade(User user, RequestTarget.Resource target, RequestHead head) {
        boolean watch = RequestTarget.verb(head.method(), target, head.query().bool("watch"))
                .equals(Optional.of(Verb.WATCH));
        return watch ? ConnectUpgrades.watch(head, () -> watches.socket(user, target, head)) : Optional.empty();
    }

    private static boolean isDelete(Verb verb) {
        return Set.of(Verb.DELETE, Verb.DELETECOLLECTION).contains(verb);
    }

    /** Strict validation refuses names given twice; the reference words it together with unknown fields. */
    private static ApiRequest strict(ResourceRequests.Read read) {
        if (!read.findings().isEmpty()
                && read.request().query().string("fieldValidation").equals("Strict")) {
            throw ApiException.badRequest("strict decoding error: " + String.join(", ", read.findings()));
        }
        return read.request();
    }

    private static List<String> warnings(ResourceRequests.Read read, Answer answer) {
        var warnings = new ArrayList<String>();
        if (!read.request().query().string("fieldValidation").equals("Ignore")) {
            warnings.addAll(read.findings());
        }
        warnings.addAll(answer.warnings());
        return warnings;
    }

    private ObjectValue shaped(ObjectValue body, AnswerFormat format, ResourcePath path, RequestHead head) {
        if (body.string("kind").equals("Status")) {
            return body;
        }
        return switch (format.shape()) {
            case WHOLE -> body;
            case METADATA -> Tables.partial(body);
            case TABLE ->
                tables.of(definition(path), body, IncludeObject.of(head.query().string("includeObject")), true);
        };
    }

    private ResourceDefinition definition(ResourcePath path) {
        return Served.definition(server, path.group(), path.version(), path.plural());
    }
}
