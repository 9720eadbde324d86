package dev.jarbor.controllers.autoscaling;

import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscalerCondition;
import dev.jarbor.api.autoscaling.v2.HorizontalPodAutoscalerStatus;
import dev.jarbor.api.autoscaling.v2.MetricStatus;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.controllers.autoscaling.HorizontalMetrics.Trouble;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The status of an autoscaler as a pass over it makes it. */
final class Report {
    private final Instant now;
    private HorizontalPodAutoscalerStatus status;
    private Trouble trouble = Trouble.NONE;
    private int before;
    private int after;

    Report(HorizontalPodAutoscalerStatus before, Instant now) {
        this.status = before;
        this.now = now;
    }

    HorizontalPodAutoscalerStatus status() {
        return status;
    }

    void say(String type, boolean truth, String reason, String message) {
        String value = truth ? "True" : "False";
        var conditions = new ArrayList<HorizontalPodAutoscalerCondition>();
        boolean known = false;
        for (HorizontalPodAutoscalerCondition each : status.conditions()) {
            known |= each.type().equals(type);
            conditions.add(each.type().equals(type) ? changed(each, value, reason, message) : each);
        }
        if (!known) {
            conditions.add(changed(HorizontalPodAutoscalerCondition.EMPTY.withType(type), value, reason, message));
        }
        status = status.withConditions(conditions);
    }

    private HorizontalPodAutoscalerCondition changed(
            HorizontalPodAutoscalerCondition before, String value, String reason, String message) {
        HorizontalPodAutoscalerCondition after =
                before.withStatus(value).withReason(reason).withMessage(message);
        return before.status().equals(value) ? after : after.withLastTransitionTime(now);
    }

    void say(String type, Bounds.Said said) {
        say(type, said.status(), said.reason(), said.message());
    }

    void sizes(int current, int desired, List<ObjectValue> metrics) {
        status = status.withCurrentReplicas(current)
                .withDesiredReplicas(desired)
                .withCurrentMetrics(metrics.stream().map(MetricStatus::new).toList());
        if (metrics.isEmpty()) {
            status = status.withoutCurrentMetrics();
        }
    }

    /** The target has been given {@code after} replicas instead of {@code before}. */
    void scaled(int before, int after) {
        status = status.withLastScaleTime(now);
        this.before = before;
        this.after = after;
    }

    /** Something failed; what fails first is what is told. */
    void failed(Trouble what) {
        trouble = trouble == Trouble.NONE ? what : trouble;
    }

    Trouble trouble() {
        return trouble;
    }

    int before() {
        return before;
    }

    int after() {
        return after;
    }
}
