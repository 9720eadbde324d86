package dev.jarbor.server;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;

/** A definition to test with: {@code crontabs.stable.example.com}. */
final class CronTabs {
    static final String DEFINITIONS = "apiextensions.k8s.io/v1/customresourcedefinitions";
    static final String DEFINITION = DEFINITIONS + "/crontabs.stable.example.com";
    static final String COLLECTION = "stable.example.com/v1/namespaces/default/crontabs";

    private CronTabs() {}

    /** A namespaced definition whose only version has the openAPIV3Schema {@code schema}. */
    static String definition(String schema) {
        return definition(schema, "");
    }

    /** @param more of the version, such as {@code "subresources":{"status":{}}}, beginning with a comma */
    static String definition(String schema, String more) {
        return versions("""
                {"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":%s}%s}
                """.formatted(schema, more));
    }

    /** A namespaced definition with these versions. */
    static String versions(String versions) {
        return """
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                 "metadata":{"name":"crontabs.stable.example.com"},
                 "spec":{"group":"stable.example.com","scope":"Namespaced",
                   "names":{"plural":"crontabs","kind":"CronTab","shortNames":["ct"],"categories":["all"]},
                   "versions":[%s]}}
                """.formatted(versions);
    }

    /** A schema with a spec of these properties. */
    static String spec(String properties) {
        return """
                {"type":"object","properties":{"spec":{"type":"object","properties":{%s}},
                 "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}
                """.formatted(properties);
    }

    /** A cron tab called {@code name} with that spec. */
    static String object(String name, String spec) {
        return """
                {"apiVersion":"stable.example.com/v1","kind":"CronTab","metadata":{"name":"%s"},"spec":%s}
                """.formatted(name, spec);
    }

    static ObjectValue parsed(String json) {
        return Json.object(json);
    }
}
