package dev.jarbor.server.http;

import dev.jarbor.api.codec.Cbor;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Protobuf;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.schema.Schemas;
import dev.jarbor.api.value.ObjectValue;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A part of the face that bytes from outside reach, and how requests are made of them. An input of the fuzzer begins with the
 * target's letter and that of the {@link FuzzObjects object} it is about, so that inputs are still the same when others are
 * added.
 */
enum FuzzTarget {
    JSON('j'),
    YAML('y'),
    PROTOBUF('p'),
    CBOR('c'),
    DELETE_OPTIONS('d'),
    JSON_PATCH('J'),
    MERGE_PATCH('M'),
    STRATEGIC_PATCH('S'),
    APPLY_PATCH('A'),
    APPLY_CBOR('B'),
    LABEL_SELECTOR('l'),
    FIELD_SELECTOR('f'),
    CONTINUE('t'),
    PATH('u'),
    QUERY('q'),
    HEADERS('h'),
    /** An expression of a policy that is in force, on an object that it meets. */
    POLICY_EXPRESSION('e'),
    /** A rule of a definition, compiled and estimated on its schema. */
    SCHEMA_RULE('r');

    private static final Set<FuzzTarget> OF_NO_OBJECT =
            EnumSet.of(DELETE_OPTIONS, CONTINUE, PATH, QUERY, HEADERS, POLICY_EXPRESSION, SCHEMA_RULE);

    private static final String POLICIES = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    private final char letter;

    FuzzTarget(char letter) {
        this.letter = letter;
    }

    char letter() {
        return letter;
    }

    /** A request before it is sent. */
    static final class Request {
        private final String method;
        private final String url;
        private final Map<String, String> headers;
        private final byte[] body;

        Request(String method, String url, Map<String, String> headers, byte[] body) {
            this.method = method;
            this.url = url;
            this.headers = headers;
            this.body = body;
        }

        Request(String method, String url, String type, byte[] body) {
            this(method, url, Map.of("content-type", type), body);
        }

        Request(String url) {
            this("GET", url, Map.of(), new byte[0]);
        }

        String method() {
            return method;
        }

        String url() {
            return url;
        }

        Map<String, String> headers() {
            return headers;
        }

        byte[] body() {
            return body;
        }
    }

    /** The requests that {@code input} is, in order. */
    List<Request> requests(FuzzObjects.Kept kept, byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        String latin = new String(input, StandardCharsets.ISO_8859_1);
        return switch (this) {
            case JSON -> post(kept, "application/json", input);
            case YAML -> post(kept, "application/yaml", input);
            case PROTOBUF -> post(kept, Protobuf.MEDIA_TYPE, input);
            case CBOR -> post(kept, "application/cbor", input);
            case DELETE_OPTIONS ->
                List.of(new Request("DELETE", kept.collection() + "/none", "application/json", input));
            case JSON_PATCH -> patch(kept, "application/json-patch+json", input);
            case MERGE_PATCH -> patch(kept, "application/merge-patch+json", input);
            case STRATEGIC_PATCH -> patch(kept, "application/strategic-merge-patch+json", input);
            case APPLY_PATCH -> apply(kept, "application/apply-patch+yaml", input);
            case APPLY_CBOR -> apply(kept, "application/apply-patch+cbor", input);
            case LABEL_SELECTOR -> List.of(new Request(kept.collection() + "?labelSelector=" + encoded(text)));
            case FIELD_SELECTOR -> List.of(new Request(kept.collection() + "?fieldSelector=" + encoded(text)));
            case CONTINUE -> List.of(new Request(kept.collection() + "?limit=1&continue=" + encoded(text)));
            case PATH -> List.of(new Request("/" + latin.replaceAll("[#\\s]", "")));
            case QUERY -> List.of(new Request(kept.collection() + "?" + latin.replaceAll("[#\\s]", "")));
            case HEADERS -> List.of(new Request("GET", kept.collection(), headers(latin), new byte[0]));
            case POLICY_EXPRESSION ->
                List.of(
                        new Request(
                                "PUT", POLICIES + "/fuzzed", "application/json", Json.bytes(FuzzObjects.policy(text))),
                        new Request(
                                "POST", MAPS + "?dryRun=All", "application/json", Json.bytes(FuzzObjects.map("x"))));
            case SCHEMA_RULE ->
                List.of(new Request(
                        "POST",
                        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions?dryRun=All",
                        "application/json",
                        Json.bytes(FuzzObjects.definition(text))));
        };
    }

    /** Inputs to begin with. */
    List<byte[]> seeds(FuzzObjects.Kept kept) {
        ObjectValue object = kept.object();
        ObjectValue other = object.update("metadata", metadata -> metadata.with("name", "other"));
        return switch (this) {
            case JSON -> List.of(Json.bytes(other));
            case YAML -> List.of(bytes(Yaml.text(other)));
            case PROTOBUF -> List.of(Protobuf.of(Schemas.builtIn()).encode(other));
            case CBOR -> List.of(Cbor.bytes(other));
            case DELETE_OPTIONS ->
                List.of(bytes(
                        "{\"propagationPolicy\":\"Orphan\",\"preconditions\":{\"uid\":\"a\"},\"dryRun\":[\"All\"]}"));
            case JSON_PATCH ->
                List.of(
                        bytes("[{\"op\":\"test\",\"path\":\"/metadata/name\",\"value\":\"kept\"},{\"op\":\"copy\","
                                + "\"from\":\"/metadata/name\",\"path\":\"/metadata/labels\"}]"),
                        bytes(
                                "[{\"op\":\"move\",\"from\":\"/spec\",\"path\":\"/data\"},{\"op\":\"remove\",\"path\":"
                                        + "\"/metadata/annotations/a~1b\"},{\"op\":\"add\",\"path\":\"/spec/ports/-\",\"value\":{}}]"));
            case MERGE_PATCH ->
                List.of(Json.bytes(object), bytes("{\"metadata\":{\"labels\":{\"a\":null}},\"spec\":null}"));
            case STRATEGIC_PATCH ->
                List.of(
                        Json.bytes(object),
                        bytes("{\"metadata\":{\"$setElementOrder/finalizers\":[\"a/b\"],\"finalizers\":[\"a/b\"],"
                                + "\"$deleteFromPrimitiveList/finalizers\":[\"e/f\"],\"$retainKeys\":[\"name\"]}}"),
                        bytes(
                                "{\"spec\":{\"template\":{\"spec\":{\"$setElementOrder/containers\":[{\"name\":\"side\"}],"
                                        + "\"containers\":[{\"$patch\":\"delete\",\"name\":\"web\"}]}}}}"));
            case APPLY_PATCH -> List.of(bytes(Yaml.text(object)));
            case APPLY_CBOR -> List.of(Cbor.bytes(object));
            case LABEL_SELECTOR -> List.of(bytes("a in (b,c),!d,e!=f,g notin (h),i"), bytes("n>3,m<4,a/b==c"));
            case FIELD_SELECTOR -> List.of(bytes("metadata.name=a\\,b,metadata.namespace!=c,spec.nodeName==\\=x"));
            case CONTINUE -> List.of(bytes("eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhL2IifQ"));
            case PATH ->
                List.of(
                        bytes("apis/apps/v1/namespaces/default/deployments/x/status?watch=0&limit=5"),
                        bytes("api/v1/watch/namespaces/default/pods/x?timeoutSeconds=1"),
                        bytes("openapi/v3/apis/apps/v1?hash=ABC"),
                        bytes("livez/ping?verbose&exclude=etcd"),
                        bytes("api/v1/namespaces/default/services/https:web:443/proxy/a/../b?c=%2e"),
                        bytes("api/v1/namespaces/default/pods/kept/log?container=a&sinceTime=2024-01-01T00:00:00Z"));
            case QUERY ->
                List.of(
                        bytes("resourceVersion=0&resourceVersionMatch=NotOlderThan&limit=1&timeout=1s&pretty=1"),
                        bytes(
                                "watch=true&sendInitialEvents=true&allowWatchBookmarks=1&timeoutSeconds=9&includeObject=None"));
            case HEADERS ->
                List.of(
                        bytes("accept: application/json;as=Table;v=v1;g=meta.k8s.io;q=0.5,*/*\n"
                                + "accept-encoding: gzip;q=1, identity\nimpersonate-user: a\nimpersonate-group: b"),
                        bytes("accept: application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;g=meta.k8s.io\n"
                                + "impersonate-uid: 1\nimpersonate-extra-a%2fb: c\nx-forwarded-for: 1.2.3.4, ::1"),
                        bytes(
                                "authorization: Bearer a.b.c\nuser-agent: kubectl/v1.36 (linux/amd64)\nx-remote-user: a"));
            case POLICY_EXPRESSION ->
                EXPRESSIONS.stream().map(FuzzTarget::bytes).toList();
            case SCHEMA_RULE -> RULES.stream().map(FuzzTarget::bytes).toList();
        };
    }

    private static final List<String> EXPRESSIONS = List.of(
            "object.data.k == 'v' && object.metadata.name.startsWith('x') ? 1 : 2.5",
            "[1, 2, 3].map(x, x * 2).filter(x, x > 2).all(x, x in [4, 6])",
            "request.userInfo.groups.exists(g, g.matches('^system:(a|b)+$'))",
            "authorizer.group('apps').resource('deployments').namespace('default').check('get').allowed()",
            "quantity('1.5Gi').add(quantity('64Mi')).isGreaterThan(quantity('1M'))",
            "ip('10.0.0.1').family() == 4 && cidr('10.0.0.0/8').containsIP('10.1.2.3')",
            "url('https://a.example.com:80/b?c=d').getQuery().map(k, k.upperAscii())",
            "duration('1h30m').getSeconds() + timestamp('2024-01-01T00:00:00Z').getFullYear('Europe/Berlin')",
            "'%s %d %.2f %x'.format(['a', 1, 2.0, b'c']) + 'a,b'.split(',').join('-').replace('a', 'b', 1)",
            "object.?spec.?x.orValue('none') + string(has(object.metadata.labels) ? size(object.metadata.labels) : 0)",
            "{'a': [1u, 0x2, -3], 'b': {true: null}}.a.exists_one(x, x == 1u)",
            "cel.bind(x, [3, 1, 2], x.sum() + x.max() + x.indexOf(2) + (x.isSorted() ? 1 : 0))",
            "sets.intersects([1], [1, 2]) && semver('1.2.3').isLessThan(semver('1.3.0'))",
            "'abc'.find('[a-c]+').lowerAscii().charAt(1) + format.dns1123Label().validate('A').value()[0]");

    private static final List<String> RULES = List.of(
            "self.list.all(x, x.n > 0 && x.s.size() < 5)",
            "self.text.matches('^a+$') && self.n >= oldSelf.n",
            "self.map.all(k, self.map[k].size() < 3) || self.either == 'x'",
            "self.when < timestamp('2024-01-01T00:00:00Z') && !(self.n in [1, 2, 3])",
            "self.list.map(x, x.s).exists(a, self.list.exists(b, a == b.s))");

    private static List<Request> post(FuzzObjects.Kept kept, String type, byte[] body) {
        return List.of(new Request("POST", kept.collection(), type, body));
    }

    private static List<Request> patch(FuzzObjects.Kept kept, String type, byte[] body) {
        return List.of(new Request("PATCH", kept.url(), type, body));
    }

    private static List<Request> apply(FuzzObjects.Kept kept, String type, byte[] body) {
        return List.of(new Request("PATCH", kept.url() + "?fieldManager=f&force=true", type, body));
    }

    /** Lines of name, colon and value; later ones of a name win. */
    private static Map<String, String> headers(String lines) {
        var headers = new TreeMap<String, String>();
        for (String line : lines.split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What is fuzzed together, in one process. */
    enum Group {
        JSON,
        YAML,
        PROTOBUF,
        CBOR,
        PATCHES,
        SELECTORS,
        EXPRESSIONS,
        PATHS,
        HEADERS,
        ALL;

        private List<FuzzTarget> targets() {
            return switch (this) {
                case JSON -> List.of(FuzzTarget.JSON, DELETE_OPTIONS);
                case YAML -> List.of(FuzzTarget.YAML);
                case PROTOBUF -> List.of(FuzzTarget.PROTOBUF);
                case CBOR -> List.of(FuzzTarget.CBOR);
                case PATCHES -> List.of(JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH, APPLY_PATCH, APPLY_CBOR);
                case SELECTORS -> List.of(LABEL_SELECTOR, FIELD_SELECTOR, CONTINUE);
                case EXPRESSIONS -> List.of(POLICY_EXPRESSION, SCHEMA_RULE);
                case PATHS -> List.of(PATH, QUERY);
                case HEADERS -> List.of(FuzzTarget.HEADERS);
                case ALL -> List.of(FuzzTarget.values());
            };
        }

        /** The target of an input's first byte: any byte means one. */
        FuzzTarget target(byte letter) {
            List<FuzzTarget> targets = targets();
            for (FuzzTarget target : targets) {
                if (target.letter == letter) {
                    return target;
                }
            }
            return targets.get((letter & 0xFF) % targets.size());
        }

        /** All that this group begins with, letters included. */
        List<byte[]> seeds(List<FuzzObjects.Kept> objects) {
            var seeds = new ArrayList<byte[]>();
            for (FuzzTarget target : targets()) {
                int about = OF_NO_OBJECT.contains(target) ? 1 : objects.size();
                for (int i = 0; i < about; i++) {
                    for (byte[] seed : target.seeds(objects.get(i))) {
                        byte[] whole = new byte[seed.length + 2];
                        whole[0] = (byte) target.letter;
                        whole[1] = (byte) ('a' + i);
                        System.arraycopy(seed, 0, whole, 2, seed.length);
                        seeds.add(whole);
                    }
                }
            }
            return seeds;
        }
    }
}
