package dev.jarbor.api.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TypeNamesTest {
    private static Map<String, String> names() throws IOException {
        Facts facts = Facts.read(Path.of("..", "jarbor-api", "src", "main", "facts"));
        return TypeNames.of(facts, ClientModel.read(), ProtobufModel.read());
    }

    @Test
    void everyModelClassHasANameOfItsOwn() throws IOException {
        assertThat(names().values()).doesNotHaveDuplicates().hasSizeGreaterThan(700);
    }

    @Test
    void groupsAreFoundByPrefixByServedKindByProtobufAndByReference() throws IOException {
        assertThat(names())
                .containsEntry("CoreV1Event", "io.k8s.api.core.v1.Event")
                .containsEntry("EventsV1Event", "io.k8s.api.events.v1.Event")
                .containsEntry("V1alpha2WorkloadList", "io.k8s.api.scheduling.v1alpha2.WorkloadList")
                .containsEntry("V1PodSpec", "io.k8s.api.core.v1.PodSpec")
                .containsEntry("V1beta2NetworkDeviceData", "io.k8s.api.resource.v1beta2.NetworkDeviceData")
                .containsEntry("V1APIServiceSpec", "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIServiceSpec")
                .containsEntry("VersionInfo", "io.k8s.apimachinery.pkg.version.Info");
    }
}
