package dev.jarbor.testing;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.platform.commons.support.AnnotationSupport;

/** Something a test needs of the machine. */
enum Prerequisite {
    CONTAINERS(NeedsContainers.class) {
        @Override
        Optional<String> missing() {
            if (!Programs.root()) {
                return Optional.of("no root");
            }
            return Stream.of("containerd", "runc", "nft")
                    .filter(program -> Programs.find(program).isEmpty())
                    .findFirst()
                    .or(() -> Programs.cniPlugins().isEmpty() ? Optional.of("CNI plugins") : Optional.empty())
                    .map(program -> "no " + program);
        }
    },
    KUBECTL(NeedsKubectl.class) {
        @Override
        Optional<String> missing() {
            return Programs.findKubectl().isPresent() ? Optional.empty() : Optional.of("no kubectl");
        }
    },
    HELM(NeedsHelm.class) {
        @Override
        Optional<String> missing() {
            return Programs.findHelm().isPresent() ? Optional.empty() : Optional.of("no helm");
        }
    },
    CLIENTS(NeedsClients.class) {
        @Override
        Optional<String> missing() {
            return Stream.of("go", "python", "javascript")
                    .filter(language -> Programs.findClient(language).isEmpty())
                    .findFirst()
                    .map(language -> "no client in " + language);
        }
    },
    ETCD(NeedsEtcd.class) {
        @Override
        Optional<String> missing() {
            return Stream.of("etcd", "etcdctl")
                    .filter(program -> Programs.find(program).isEmpty())
                    .findFirst()
                    .map(program -> "no " + program);
        }
    },
    ISOLATION(NeedsIsolation.class) {
        @Override
        Optional<String> missing() {
            return Isolation.isPossible() ? Optional.empty() : Optional.of("no network namespaces");
        }
    };

    private final Class<? extends Annotation> annotation;

    Prerequisite(Class<? extends Annotation> annotation) {
        this.annotation = annotation;
    }

    boolean askedBy(Optional<AnnotatedElement> test) {
        return AnnotationSupport.isAnnotated(test, annotation);
    }

    /** What is missing, as a short reason; empty where everything is there. */
    abstract Optional<String> missing();

    /** The environment variable that, set to 1, turns a missing prerequisite into a failure. */
    String requiredBy() {
        return "JARBOR_REQUIRE_" + name();
    }
}
