package dev.jarbor.scheduler.autoscaling;

import dev.jarbor.api.core.v1.Pod;
import java.util.List;

/**
 * One way to make room.
 *
 * @param count how many nodes of {@code group} are added
 * @param pods those that find room on them
 * @param waste the share of the new nodes that stays empty, from 0 to 1
 */
public record Option(NodeGroup group, int count, List<Pod> pods, double waste) {
    public Option {
        pods = List.copyOf(pods);
    }
}
