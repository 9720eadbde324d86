package dev.jarbor.scheduler.autoscaling;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A group that grows from {@code before} nodes to {@code after}. */
record Growth(NodeGroup group, int before, int after) {
    /**
     * Divides {@code nodes} new ones between groups, each to the smallest that has room; what none has room for is not
     * added.
     */
    static List<Growth> balanced(List<NodeGroup> groups, int nodes) {
        var sizes = new int[groups.size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = groups.get(i).targetSize();
        }
        for (int added = 0; added < nodes; added++) {
            int smallest = -1;
            for (int i = 0; i < sizes.length; i++) {
                boolean room = sizes[i] < groups.get(i).maxSize();
                smallest = room && (smallest < 0 || sizes[i] < sizes[smallest]) ? i : smallest;
            }
            if (smallest < 0) {
                break;
            }
            sizes[smallest]++;
        }
        var growths = new ArrayList<Growth>();
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] > groups.get(i).targetSize()) {
                growths.add(new Growth(groups.get(i), groups.get(i).targetSize(), sizes[i]));
            }
        }
        growths.sort(Comparator.comparingInt(Growth::before));
        return growths;
    }

    /** Such as {@code {pool 1->3 (max: 6)}}. */
    @Override
    public String toString() {
        return "{" + group.name() + " " + before + "->" + after + " (max: " + group.maxSize() + ")}";
    }
}
