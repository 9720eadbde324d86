package dev.jarbor.scheduler.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.jarbor.api.core.v1.Container;
import dev.jarbor.api.core.v1.ContainerImage;
import dev.jarbor.api.core.v1.ImageVolumeSource;
import dev.jarbor.api.core.v1.Node;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.PodSpec;
import dev.jarbor.api.core.v1.Volume;
import dev.jarbor.scheduler.Samples;
import dev.jarbor.scheduler.cluster.ClusterState;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Kubernetes docs, "Scheduler Configuration": ImageLocality. */
class ImageLocalityTest {
    private static final long MEBI = 1024 * 1024;

    private static Node having(String name, String image, long mebi) {
        Node node = Samples.node(name, "4", "4Gi");
        ContainerImage there = ContainerImage.EMPTY
                .withNames(List.of("digest-of-" + image, image))
                .withSizeBytes(mebi * MEBI);
        return node.withStatus(node.status().withImages(List.of(there)));
    }

    private static Pod running(String... images) {
        return Pod.named("default", "new")
                .withSpec(PodSpec.EMPTY.withContainers(
                        Stream.of(images).map(Container.EMPTY::withImage).toList()));
    }

    private static long[] scores(Pod pod, ClusterState cluster) {
        return ImageLocality.of(pod, cluster).of(List.copyOf(cluster.nodes()));
    }

    private static ClusterState cluster(Node... nodes) {
        return ClusterState.of(List.of(nodes), List.of(), List.of());
    }

    @Test
    void from23MebibytesTo1000AContainerItIsALine() {
        assertThat(ImageLocality.score(0, 1)).isZero();
        assertThat(ImageLocality.score(23 * MEBI, 1)).isZero();
        // (511 - 23)/(1000 - 23) is 0.4994…
        assertThat(ImageLocality.score(511 * MEBI, 1)).isEqualTo(49);
        assertThat(ImageLocality.score(1000 * MEBI, 1)).isEqualTo(100);
        assertThat(ImageLocality.score(5000 * MEBI, 1)).isEqualTo(100);
        // (1000 - 23)/(2000 - 23) is 0.4941…
        assertThat(ImageLocality.score(1000 * MEBI, 2)).isEqualTo(49);
    }

    @Test
    void anImageCountsByTheShareOfNodesThatHaveIt() {
        ClusterState all = cluster(having("a", "web:1", 600), having("b", "web:1", 600));
        // (600 - 23)/977 is 0.5905…
        assertThat(scores(running("web:1"), all)).containsExactly(59, 59);
        ClusterState half = cluster(having("a", "web:1", 600), having("b", "other:1", 600));
        // Half of 600: (300 - 23)/977 is 0.2835…
        assertThat(scores(running("web:1"), half)).containsExactly(28, 0);
    }

    @Test
    void allContainersAndTheImagesOfVolumesCount() {
        ClusterState cluster = cluster(having("a", "web:1", 600), having("b", "model:1", 800));
        // (300 - 23)/1977 and (400 - 23)/1977.
        assertThat(scores(running("web:1", "model:1"), cluster)).containsExactly(14, 19);
        Pod mounting = running("none:1");
        mounting = mounting.withSpec(mounting.spec()
                .withVolumes(List.of(
                        Volume.EMPTY.withName("model").withImage(ImageVolumeSource.EMPTY.withReference("model:1")))));
        // (400 - 23)/977.
        assertThat(scores(mounting, cluster)).containsExactly(0, 38);
        Pod preparing = running("none:1");
        preparing =
                preparing.withSpec(preparing.spec().withInitContainers(List.of(Container.EMPTY.withImage("web:1"))));
        assertThat(scores(preparing, cluster)).containsExactly(14, 0);
    }

    @Test
    void anImageWithoutATagIsTheLatest() {
        assertThat(ImageLocality.named("web")).isEqualTo("web:latest");
        assertThat(ImageLocality.named("localhost:5000/web")).isEqualTo("localhost:5000/web:latest");
        assertThat(ImageLocality.named("localhost:5000/web:1")).isEqualTo("localhost:5000/web:1");
        assertThat(ImageLocality.named("web@sha256:12ab")).isEqualTo("web@sha256:12ab");
        assertThat(scores(running("web"), cluster(having("a", "web:latest", 600))))
                .containsExactly(59);
    }

    @Test
    void whatANodeDoesNotNameAnyMoreAndNodesThatAreGoneDoNotCount() {
        ClusterState cluster = cluster(having("a", "web:1", 600), having("b", "web:1", 600));
        cluster.put(having("b", "other:1", 600));
        assertThat(scores(running("web:1"), cluster)).containsExactly(28, 0);
        cluster.removeNode("b");
        assertThat(scores(running("web:1"), cluster)).containsExactly(59);
        assertThat(cluster.images().find("other:1")).isEmpty();
    }
}
