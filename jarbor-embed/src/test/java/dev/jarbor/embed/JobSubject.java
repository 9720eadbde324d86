package dev.jarbor.embed;

import dev.jarbor.api.batch.v1.Job;
import dev.jarbor.api.core.v1.Pod;
import dev.jarbor.api.value.ObjectValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Jobs, one after the other, with and without indexes: what they count are the pods that have been seen to succeed, none
 * twice, and each index succeeds once.
 */
final class JobSubject implements Subject {
    private static final int COMPLETIONS = 6;
    private static final String INDEX = "batch.kubernetes.io/job-completion-index";

    private final Jarbor cluster;
    private final Map<String, Account> accounts = new TreeMap<>();
    private int made;

    /** What was seen of the pods of one Job. */
    private static final class Account {
        private final Set<String> succeeded = new HashSet<>();
        /** Those that were already being deleted: where that was seen first, they count as failed. */
        private final Set<String> succeededLeaving = new HashSet<>();

        private final Set<Integer> indexes = new TreeSet<>();
        private Set<Integer> completed = new TreeSet<>();
        private long counted;
    }

    JobSubject(Jarbor cluster) {
        this.cluster = cluster;
    }

    @Override
    public void begin() {
        create(false);
        create(true);
    }

    private void create(boolean indexed) {
        Subject.create(cluster.api(), Job.KIND, """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: work-%d, namespace: default}
                spec:
                  completions: %d
                  parallelism: 3
                  completionMode: %s
                  backoffLimit: 100
                  template:
                    metadata: {labels: {app: work}}
                    spec: {restartPolicy: Never, containers: [{name: work, image: "work:1"}]}
                """.formatted(++made, COMPLETIONS, indexed ? "Indexed" : "NonIndexed"));
    }

    @Override
    public void act(RandomGenerator chance) {
        List<ObjectValue> open = open(Moment.of(cluster));
        if (open.size() < 2) {
            create(chance.nextBoolean());
        } else {
            suspend(open.get(chance.nextInt(open.size())), chance.nextInt(3) == 0);
        }
    }

    private static List<ObjectValue> jobs(Moment now) {
        return now.all("jobs.batch").stream()
                .filter(job -> Moment.name(job).startsWith("work-"))
                .toList();
    }

    private static List<ObjectValue> open(Moment now) {
        return jobs(now).stream()
                .filter(job -> !job.object("status").has("completionTime"))
                .toList();
    }

    private void suspend(ObjectValue job, boolean suspended) {
        Subject.patch(cluster.api(), Job.KIND, Moment.name(job), "{\"spec\":{\"suspend\":" + suspended + "}}");
    }

    @Override
    public void harm(RandomGenerator chance) {
        List<ObjectValue> pods = Moment.of(cluster).pods("work");
        if (!pods.isEmpty()) {
            Subject.delete(cluster.api(), Pod.KIND, pods.get(chance.nextInt(pods.size())));
        }
    }

    @Override
    public void settle() {
        open(Moment.of(cluster)).forEach(job -> suspend(job, false));
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        for (ObjectValue job : jobs(now)) {
            Account account = accounts.computeIfAbsent(Moment.uid(job), uid -> new Account());
            List<ObjectValue> pods = now.owned("pods", Moment.uid(job));
            look(job, pods, account, findings);
            if (indexed(job)) {
                lookAtIndexes(job, pods, account, findings);
            }
        }
    }

    private static boolean indexed(ObjectValue job) {
        return job.object("spec").string("completionMode").equals("Indexed");
    }

    private static void look(ObjectValue job, List<ObjectValue> pods, Account account, Findings findings) {
        for (ObjectValue pod : pods) {
            if (Moment.succeeded(pod) && account.succeeded.add(Moment.uid(pod)) && Moment.leaving(pod)) {
                account.succeededLeaving.add(Moment.uid(pod));
            }
        }
        long count = job.object("status").integer("succeeded");
        findings.require(count <= COMPLETIONS, Moment.name(job) + " counts " + count + " of " + COMPLETIONS);
        findings.require(
                count >= account.counted, Moment.name(job) + " counts back from " + account.counted + " to " + count);
        findings.require(
                count <= account.succeeded.size(),
                Moment.name(job) + " counts " + count + " pods of " + account.succeeded.size());
        account.counted = count;
    }

    private static void lookAtIndexes(ObjectValue job, List<ObjectValue> pods, Account account, Findings findings) {
        String name = Moment.name(job);
        var active = new HashSet<Integer>();
        var succeeded = new HashSet<Integer>();
        for (ObjectValue pod : pods) {
            int index = index(pod);
            if (Moment.succeeded(pod)) {
                account.indexes.add(index);
                findings.require(
                        Moment.leaving(pod) || succeeded.add(index), name + ": index " + index + " succeeds twice");
            } else if (!Moment.finished(pod) && !Moment.leaving(pod)) {
                findings.require(active.add(index), name + ": two pods work on index " + index);
            }
        }
        Set<Integer> completed = indexes(job.object("status").string("completedIndexes"));
        findings.require(
                completed.containsAll(account.completed), name + ": indexes are completed no more: " + completed);
        findings.require(
                account.indexes.containsAll(completed), name + ": no pod has succeeded for some of " + completed);
        findings.require(
                completed.size() == job.object("status").integer("succeeded"),
                name + " counts " + job.object("status").integer("succeeded") + ", completed are " + completed);
        account.completed = completed;
    }

    private static int index(ObjectValue pod) {
        return Integer.parseInt(pod.object("metadata").object("annotations").string(INDEX));
    }

    /** @param text such as {@code 0-2,5} */
    private static Set<Integer> indexes(String text) {
        var indexes = new TreeSet<Integer>();
        for (String part : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            int dash = part.indexOf('-');
            int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
            int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
            IntStream.rangeClosed(first, last).forEach(indexes::add);
        }
        return indexes;
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        var open = new ArrayList<String>();
        for (ObjectValue job : jobs(now)) {
            ObjectValue status = job.object("status");
            Account account = accounts.getOrDefault(Moment.uid(job), new Account());
            int seen = account.succeeded.size();
            boolean exact = indexed(job)
                    ? status.string("completedIndexes").equals("0-" + (COMPLETIONS - 1))
                    : seen >= COMPLETIONS && seen - account.succeededLeaving.size() <= COMPLETIONS;
            if (status.integer("succeeded") != COMPLETIONS || !status.has("completionTime") || !exact) {
                open.add(Moment.name(job) + " of " + seen + " pods: " + status);
            }
        }
        return open.isEmpty() ? Optional.empty() : Optional.of("Jobs do not settle: " + open);
    }
}
