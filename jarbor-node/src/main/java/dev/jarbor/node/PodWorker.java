package dev.jarbor.node;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.node.pod.PodMemory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What the agent holds of one pod. The pod loop alone reads and changes it, one look at a time; what operations have to
 * say comes in through {@link #tell} from any thread and is taken in at the beginning of the next look.
 */
final class PodWorker {
    private final String uid;
    private final ObjectKey key;
    private final Consumer<ObjectKey> wake;
    private final Queue<UnaryOperator<PodMemory>> mail = new ConcurrentLinkedQueue<>();
    private Pod pod;
    private PodMemory memory;
    private boolean deleted;

    PodWorker(Pod pod, PodMemory memory, Consumer<ObjectKey> wake) {
        this.uid = pod.metadata().uid();
        this.key = pod.key();
        this.pod = pod;
        this.memory = memory;
        this.wake = wake;
    }

    String uid() {
        return uid;
    }

    ObjectKey key() {
        return key;
    }

    /** Takes a change of memory in and asks for a look. */
    void tell(UnaryOperator<PodMemory> change) {
        mail.add(change);
        wake.accept(key);
    }

    void takeMail() {
        for (var change = mail.poll(); change != null; change = mail.poll()) {
            memory = change.apply(memory);
        }
    }

    Pod pod() {
        return pod;
    }

    /** Takes a copy of the pod, unless it is older than what is known; resource versions compare as numbers (KEP-5504). */
    void seen(Pod copy) {
        String mine = pod.metadata().resourceVersion();
        String other = copy.metadata().resourceVersion();
        boolean older = other.length() == mine.length() ? other.compareTo(mine) < 0 : other.length() < mine.length();
        if (!older) {
            pod = copy;
        }
    }

    PodMemory memory() {
        return memory;
    }

    void remember(PodMemory changed) {
        memory = changed;
    }

    boolean deleted() {
        return deleted;
    }

    void delete() {
        deleted = true;
    }
}
