package dev.jarbor.server.customresources;

import dev.jarbor.api.value.ObjectValue;
import java.util.List;
import java.util.Optional;

/**
 * A CustomResourceDefinition, read.
 *
 * @param value the object as it is stored
 * @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/custom-resource-definition-v1/">CustomResourceDefinition</a>
 */
record Definition(ObjectValue value) {
    /** Where definitions are kept in the store. */
    static final String STORAGE = "customresourcedefinitions.apiextensions.k8s.io";

    /** Keeps a deleted definition until its objects are gone. */
    static final String CLEANUP = "customresourcecleanup.apiextensions.k8s.io";

    /** One version of a definition, read. */
    record Version(ObjectValue value) {
        String name() {
            return value.string("name");
        }

        boolean served() {
            return value.bool("served");
        }

        boolean storage() {
            return value.bool("storage");
        }

        ObjectValue schema() {
            return value.object("schema").object("openAPIV3Schema");
        }

        boolean hasStatus() {
            return value.object("subresources").has("status");
        }

        boolean hasScale() {
            return value.object("subresources").has("scale");
        }

        ObjectValue scale() {
            return value.object("subresources").object("scale");
        }

        List<ObjectValue> columns() {
            return value.list("additionalPrinterColumns").objects();
        }

        List<ObjectValue> selectableFields() {
            return value.list("selectableFields").objects();
        }
    }

    ObjectValue metadata() {
        return value.object("metadata");
    }

    String name() {
        return metadata().string("name");
    }

    ObjectValue spec() {
        return value.object("spec");
    }

    String group() {
        return spec().string("group");
    }

    boolean namespaced() {
        return spec().string("scope").equals("Namespaced");
    }

    ObjectValue names() {
        return spec().object("names");
    }

    ObjectValue acceptedNames() {
        return status().object("acceptedNames");
    }

    List<Version> versions() {
        return spec().list("versions").objects().stream().map(Version::new).toList();
    }

    Optional<Version> storageVersion() {
        return versions().stream().filter(Version::storage).findFirst();
    }

    ObjectValue conversion() {
        return spec().object("conversion");
    }

    ObjectValue status() {
        return value.object("status");
    }

    List<String> storedVersions() {
        return status().list("storedVersions").strings();
    }

    /** All of it that its resources are made from: requests and watches begun with another one are out of date. */
    ObjectValue source() {
        return ObjectValue.of("spec", spec()).with("acceptedNames", acceptedNames());
    }

    boolean isTerminating() {
        return metadata().has("deletionTimestamp");
    }

    boolean isEstablished() {
        return condition("Established")
                .filter(condition -> condition.string("status").equals("True"))
                .isPresent();
    }

    Optional<ObjectValue> condition(String type) {
        return status().list("conditions").objects().stream()
                .filter(condition -> condition.string("type").equals(type))
                .findFirst();
    }

    boolean awaitsCleanup() {
        return isTerminating() && metadata().list("finalizers").strings().contains(CLEANUP);
    }
}
