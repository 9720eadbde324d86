package dev.jarbor.api.generator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class JavaNamesTest {
    @Test
    void namesThatAreNoneInJavaAreInCamelCase() {
        assertThat(JavaNames.accessor("$ref")).isEqualTo("ref");
        assertThat(JavaNames.accessor("x-kubernetes-map-type")).isEqualTo("xKubernetesMapType");
        assertThat(JavaNames.capitalised("podIP")).isEqualTo("PodIP");
    }

    @Test
    void namesThatJavaOrTheRecordHasTakenEndInAnUnderscore() {
        assertThat(JavaNames.accessor("default")).isEqualTo("default_");
        assertThat(JavaNames.accessor("value")).isEqualTo("value_");
        assertThat(JavaNames.accessor("name")).isEqualTo("name");
    }

    @Test
    void packagesKeepGroupAndVersion() {
        assertThat(JavaNames.qualified("io.k8s.api.core.v1.Pod")).isEqualTo("dev.jarbor.api.core.v1.Pod");
        assertThat(JavaNames.qualified("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"))
                .isEqualTo("dev.jarbor.api.meta.v1.ObjectMeta");
        assertThat(JavaNames.qualified("io.k8s.apimachinery.pkg.version.Info"))
                .isEqualTo("dev.jarbor.api.version.Info");
    }
}
