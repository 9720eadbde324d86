package dev.jarbor.node.cri;

import dev.jarbor.node.cri.proto.ImageSpec;
import dev.jarbor.node.cri.proto.ImageStatusRequest;
import dev.jarbor.node.cri.proto.ListImagesRequest;
import dev.jarbor.node.cri.proto.PullImageRequest;
import dev.jarbor.node.cri.proto.RemoveImageRequest;
import dev.jarbor.node.runtime.ContainerRuntime;
import dev.jarbor.node.runtime.ContainerRuntimeException;
import dev.jarbor.node.runtime.ImageRecord;
import dev.jarbor.node.runtime.RegistryCredentials;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The images of a runtime. */
record CriImages(CriClient client) {
    private static final Duration PULL_LIMIT = Duration.ofMinutes(30);

    Optional<ImageRecord> image(String reference) {
        var answer = client.ask(
                CriMethods.IMAGE_STATUS,
                ImageStatusRequest.newBuilder().setImage(spec(reference)).build());
        return answer.hasImage() ? Optional.of(CriAnswers.image(answer.getImage())) : Optional.empty();
    }

    List<ImageRecord> images() {
        return client.ask(CriMethods.LIST_IMAGES, ListImagesRequest.getDefaultInstance()).getImagesList().stream()
                .map(CriAnswers::image)
                .toList();
    }

    /** Pulls, trying each user of the registry until one may. */
    ImageRecord pull(String reference, List<RegistryCredentials> credentials) {
        var request = PullImageRequest.newBuilder().setImage(spec(reference));
        for (int tried = 0; tried < Math.max(1, credentials.size()); tried++) {
            if (!credentials.isEmpty()) {
                request.setAuth(CriRequests.auth(credentials.get(tried)));
            }
            try {
                client.call(CriMethods.PULL_IMAGE, request.build(), PULL_LIMIT);
                break;
            } catch (StatusRuntimeException refused) {
                if (tried >= credentials.size() - 1) {
                    throw refused;
                }
            }
        }
        return image(reference)
                .orElseThrow(() -> new ContainerRuntimeException("image " + reference + " is gone after its pull"));
    }

    ContainerRuntime.Done remove(String imageId) {
        client.call(
                CriMethods.REMOVE_IMAGE,
                RemoveImageRequest.newBuilder().setImage(spec(imageId)).build());
        return ContainerRuntime.Done.DONE;
    }

    private static ImageSpec spec(String reference) {
        return ImageSpec.newBuilder().setImage(reference).build();
    }
}
