package dev.jarbor.controllers.endpoints;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.core.v1.Service;
import dev.jarbor.client.Change;
import dev.jarbor.client.Informer;
import java.util.function.Consumer;

/** Tells which services a change of a pod concerns: those that select it, before or after. */
final class PodWatch {
    private PodWatch() {}

    static void listen(Informer<Pod> pods, Informer<Service> services, Consumer<ObjectKey> concerned) {
        pods.onChange(change -> {
            switch (change) {
                case Change.Added<Pod>(Pod pod) -> tell(pod, services, concerned);
                case Change.Deleted<Pod>(Pod pod) -> tell(pod, services, concerned);
                case Change.Updated<Pod>(Pod before, Pod after) -> {
                    if (matters(before, after)) {
                        tell(after, services, concerned);
                    }
                    if (!before.metadata().labels().equals(after.metadata().labels())) {
                        tell(before, services, concerned);
                    }
                }
            }
        });
    }

    /** Most updates of pods, such as a container's restart count, change no endpoint. */
    private static boolean matters(Pod before, Pod after) {
        return !before.spec().equals(after.spec())
                || !before.metadata().labels().equals(after.metadata().labels())
                || !before.metadata()
                        .deletionTimestamp()
                        .equals(after.metadata().deletionTimestamp())
                || !before.status().phase().equals(after.status().phase())
                || !before.status().podIP().equals(after.status().podIP())
                || !before.status().podIPs().equals(after.status().podIPs())
                || !before.status().conditions().equals(after.status().conditions());
    }

    private static void tell(Pod pod, Informer<Service> services, Consumer<ObjectKey> concerned) {
        services.list(pod.namespace()).stream()
                .filter(service -> ServicePods.selects(service, pod))
                .forEach(service -> concerned.accept(service.key()));
    }
}
