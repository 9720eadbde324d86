package dev.jarbor.embed;

import dev.jarbor.api.batch.v1.CronJob;
import dev.jarbor.api.value.ObjectValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Two CronJobs of each minute whose runs take longer than that: no time is run for twice, where it is forbidden no two run at
 * once, and in the end there are no more finished Jobs than their history may have, or than have their time to live.
 *
 * @see <a href="https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/">CronJob</a>
 */
final class CronJobSubject implements Subject {
    private static final String RESOURCE = "cronjobs.batch";
    private static final String SCHEDULED = "batch.kubernetes.io/cronjob-scheduled-timestamp";
    private static final int HISTORY = 2;
    /** Its runs stay as its history says. */
    private static final String LONE = "lone";
    /** Its runs go by themselves. */
    private static final String MANY = "many";

    private static final List<String> POLICIES = List.of("Allow", "Replace");

    private final Jarbor cluster;
    /** The Job of each time, by the names of CronJobs and the times. */
    private final Map<String, String> runs = new HashMap<>();

    CronJobSubject(Jarbor cluster) {
        this.cluster = cluster;
    }

    @Override
    public void begin() {
        cluster.behaviour().forImage("night").exits(0, Duration.ofSeconds(75));
        create(LONE, "Forbid", "");
        create(MANY, "Allow", "ttlSecondsAfterFinished: 100");
    }

    private void create(String name, String policy, String more) {
        Subject.create(cluster.api(), CronJob.KIND, """
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: %1$s, namespace: default}
                spec:
                  schedule: "* * * * *"
                  concurrencyPolicy: %2$s
                  successfulJobsHistoryLimit: %3$d
                  failedJobsHistoryLimit: %3$d
                  jobTemplate:
                    spec:
                      template: {spec: {restartPolicy: Never, containers: [{name: night, image: "night:1"}]}}
                      %4$s
                """.formatted(name, policy, HISTORY, more));
    }

    @Override
    public void act(RandomGenerator chance) {
        switch (chance.nextInt(3)) {
            case 0 -> suspend(LONE, chance.nextInt(3) == 0);
            case 1 -> suspend(MANY, chance.nextInt(3) == 0);
            default -> {
                String policy = POLICIES.get(chance.nextInt(POLICIES.size()));
                Subject.patch(
                        cluster.api(), CronJob.KIND, MANY, "{\"spec\":{\"concurrencyPolicy\":\"" + policy + "\"}}");
            }
        }
    }

    private void suspend(String name, boolean suspended) {
        Subject.patch(cluster.api(), CronJob.KIND, name, "{\"spec\":{\"suspend\":" + suspended + "}}");
    }

    @Override
    public void settle() {
        suspend(LONE, true);
        suspend(MANY, true);
    }

    @Override
    public void look(Moment before, Moment now, Findings findings) {
        if (before.same(now, "jobs.batch")) {
            return;
        }
        for (String name : List.of(LONE, MANY)) {
            List<ObjectValue> jobs = jobs(now, name);
            for (ObjectValue job : jobs) {
                String time = job.object("metadata").object("annotations").string(SCHEDULED);
                String first = runs.putIfAbsent(name + " at " + time, Moment.uid(job));
                findings.require(first == null || first.equals(Moment.uid(job)), name + " has run twice for " + time);
            }
            List<String> active = jobs.stream()
                    .filter(job -> !finished(job))
                    .map(Moment::name)
                    .toList();
            findings.require(!name.equals(LONE) || active.size() <= 1, name + " runs more than once: " + active);
        }
    }

    private static List<ObjectValue> jobs(Moment now, String name) {
        return now.find(RESOURCE, name).stream()
                .flatMap(one -> now.owned("jobs.batch", Moment.uid(one)).stream())
                .toList();
    }

    private static boolean finished(ObjectValue job) {
        return job.object("status").list("conditions").objects().stream()
                .filter(one -> one.string("status").equals("True"))
                .anyMatch(one -> one.string("type").equals("Complete")
                        || one.string("type").equals("Failed"));
    }

    @Override
    public Optional<String> unsettled(Moment now) {
        var open = new ArrayList<String>();
        for (String name : List.of(LONE, MANY)) {
            ObjectValue status = now.find(RESOURCE, name).orElseThrow().object("status");
            List<ObjectValue> jobs = jobs(now, name);
            boolean settled = status.list("active").objects().isEmpty()
                    && jobs.stream().allMatch(CronJobSubject::finished)
                    && jobs.size() <= (name.equals(LONE) ? HISTORY : 0);
            if (!settled) {
                open.add(name + " with " + jobs.stream().map(Moment::name).toList() + ": " + status);
            }
        }
        return open.isEmpty() ? Optional.empty() : Optional.of("CronJobs do not settle: " + open);
    }
}
