package dev.jarbor.server.http;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.codec.Limits;
import dev.jarbor.api.codec.Yaml;
import dev.jarbor.api.value.ObjectValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What the fuzzed server holds, and what fuzzing begins with. */
final class FuzzObjects {
    private static final Limits LIMITS = Limits.ofBytes(1 << 20);

    /** The collections of the kinds in {@code fuzz-seeds.yaml}. */
    private static final Map<String, String> COLLECTIONS = Map.ofEntries(
            Map.entry("ServiceAccount", "/api/v1/namespaces/default/serviceaccounts"),
            Map.entry("ConfigMap", "/api/v1/namespaces/default/configmaps"),
            Map.entry("Pod", "/api/v1/namespaces/default/pods"),
            Map.entry("Service", "/api/v1/namespaces/default/services"),
            Map.entry("ResourceQuota", "/api/v1/namespaces/default/resourcequotas"),
            Map.entry("Deployment", "/apis/apps/v1/namespaces/default/deployments"),
            Map.entry("CronJob", "/apis/batch/v1/namespaces/default/cronjobs"),
            Map.entry("Ingress", "/apis/networking.k8s.io/v1/namespaces/default/ingresses"),
            Map.entry("CertificateSigningRequest", "/apis/certificates.k8s.io/v1/certificatesigningrequests"),
            Map.entry("CustomResourceDefinition", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"),
            Map.entry("ClusterRole", "/apis/rbac.authorization.k8s.io/v1/clusterroles"));

    private FuzzObjects() {}

    /** An object that is there to be changed, and where. */
    record Kept(String collection, ObjectValue object) {
        String url() {
            return collection + "/" + object.object("metadata").string("name");
        }
    }

    static List<Kept> all() {
        return Yaml.documents(resource("fuzz-seeds.yaml"), LIMITS).stream()
                .map(ObjectValue.class::cast)
                .map(object -> new Kept(collection(object.string("kind")), object))
                .toList();
    }

    private static String collection(String kind) {
        return Objects.requireNonNull(COLLECTIONS.get(kind), kind);
    }

    static byte[] resource(String name) {
        try (InputStream resource = FuzzObjects.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(resource, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ObjectValue map(String name) {
        return Json.object("""
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s","labels":{"a":"b"}},"data":{"k":"v"}}
                """.formatted(name));
    }

    /** A policy about ConfigMaps that evaluates {@code expression}, whatever comes of it. */
    static ObjectValue policy(String expression) {
        ObjectValue variable = ObjectValue.EMPTY.with("name", "v").with("expression", expression);
        return Json.object("""
                {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicy","metadata":{"name":"fuzzed"},
                 "spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["*"],
                  "resources":["configmaps"]}]},"variables":[%s],"validations":[{"expression":"variables.v == variables.v"}]}}
                """.formatted(Json.text(variable)));
    }

    static ObjectValue binding() {
        return Json.object("""
                {"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingAdmissionPolicyBinding",
                 "metadata":{"name":"fuzzed"},"spec":{"policyName":"fuzzed","validationActions":["Deny"]}}
                """);
    }

    static ObjectValue definition(String rule) {
        ObjectValue written = ObjectValue.EMPTY.with("rule", rule);
        return Json.object("""
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"ruled.example.com"},
                 "spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"ruled","kind":"Ruled"},
                  "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object",
                   "properties":{"spec":{"type":"object","properties":{"text":{"type":"string","maxLength":50},
                    "n":{"type":"integer"},"when":{"type":"string","format":"date-time"},
                    "either":{"x-kubernetes-int-or-string":true},
                    "map":{"type":"object","maxProperties":5,"additionalProperties":{"type":"string"}},
                    "list":{"type":"array","maxItems":20,"items":{"type":"object","properties":{"n":{"type":"integer"},
                     "s":{"type":"string"}}}}},"x-kubernetes-validations":[%s]}}}}}]}}
                """.formatted(Json.text(written)));
    }
}
