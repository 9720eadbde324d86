package dev.jarbor.server.flow;

import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The queues of one priority level: shuffle sharding in, start-time fair queuing out.
 *
 * <p>A flow is dealt a hand of queues by its hash and joins the shortest, so that one flow fills at most its hand, and two
 * flows rarely share a whole hand. Each queue has a virtual time, the seats it has been given so far; the waiting queue
 * that is furthest behind goes next. A queue that was empty starts at the time of the one that went last, so that
 * idleness saves nothing up.
 *
 * @see <a href="https://kep.k8s.io/1040">KEP-1040</a>
 */
final class FairQueues {
    private final int handSize;
    private final int lengthLimit;
    private final List<Queue> queues = new ArrayList<>();
    private long now;
    private int waiting;
    private int waitingSeats;
    /** Where the search for the next queue begins, so that equals take turns. */
    private int turn;

    private static final class Queue {
        private final ArrayDeque<Work> works = new ArrayDeque<>();
        private long time;
    }

    FairQueues(int count, int handSize, int lengthLimit) {
        this.handSize = Math.clamp(handSize, 1, count);
        this.lengthLimit = lengthLimit;
        for (int i = 0; i < count; i++) {
            queues.add(new Queue());
        }
    }

    /** As a PriorityLevelConfiguration's {@code queuing} says. */
    static FairQueues of(ObjectValue queuing) {
        return new FairQueues(
                Math.clamp(queuing.integer("queues"), 1, 10_000_000),
                Math.clamp(queuing.integer("handSize"), 1, 10_000_000),
                Math.clamp(queuing.integer("queueLengthLimit"), 1, Integer.MAX_VALUE));
    }

    /** Lets {@code work} wait; false when the queues of its hand are full. */
    boolean add(Work work) {
        Queue shortest = queues.getFirst();
        int least = Integer.MAX_VALUE;
        for (int card : hand(work.flow())) {
            int length = queues.get(card).works.size();
            if (length < least) {
                least = length;
                shortest = queues.get(card);
            }
        }
        if (least >= lengthLimit) {
            return false;
        }
        if (shortest.works.isEmpty()) {
            shortest.time = Math.max(shortest.time, now);
        }
        shortest.works.add(work);
        waiting++;
        waitingSeats += work.seats();
        return true;
    }

    /** The work whose turn it is, which stays where it is. */
    Optional<Work> peek() {
        return waiting == 0
                ? Optional.empty()
                : Optional.ofNullable(next().works.peek());
    }

    /** Takes the work whose turn it is. */
    void take() {
        Queue queue = next();
        Work work = queue.works.remove();
        now = queue.time;
        queue.time += work.seats();
        turn = (queues.indexOf(queue) + 1) % queues.size();
        forget(work);
    }

    /** Whether {@code work} was still waiting; it does so no longer. */
    boolean remove(Work work) {
        for (int card : hand(work.flow())) {
            if (queues.get(card).works.remove(work)) {
                forget(work);
                return true;
            }
        }
        return false;
    }

    /** Everything that waits, queue by queue. */
    List<Work> all() {
        var all = new ArrayList<Work>();
        queues.forEach(queue -> all.addAll(queue.works));
        return all;
    }

    int waiting() {
        return waiting;
    }

    int waitingSeats() {
        return waitingSeats;
    }

    private void forget(Work work) {
        waiting--;
        waitingSeats -= work.seats();
    }

    private Queue next() {
        Queue best = queues.getFirst();
        boolean found = false;
        for (int i = 0; i < queues.size(); i++) {
            Queue queue = queues.get((turn + i) % queues.size());
            if (!queue.works.isEmpty() && (!found || queue.time < best.time)) {
                best = queue;
                found = true;
            }
        }
        return best;
    }

    /** Cards of a deck of queues, none twice, dealt by the flow's hash. */
    List<Integer> hand(long flow) {
        var hand = new ArrayList<Integer>(handSize);
        long left = flow & Long.MAX_VALUE;
        for (int i = 0; i < handSize; i++) {
            int remaining = queues.size() - i;
            int card = (int) (left % remaining);
            left /= remaining;
            // the card counts among those that are still in the deck
            for (int dealt : hand.stream().sorted().toList()) {
                if (card >= dealt) {
                    card++;
                }
            }
            hand.add(card);
        }
        return hand;
    }
}
