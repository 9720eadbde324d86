package dev.jarbor.api.quota;

import dev.jarbor.api.Quantity;
import dev.jarbor.api.value.ObjectValue;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** ResourceClaims and the devices that they ask for, by device class. */
record DeviceEvaluator() implements Evaluator {
    private static final String COUNT = "count/resourceclaims.resource.k8s.io";
    private static final String BY_CLASS = ".deviceclass.resource.k8s.io/devices";

    /** "All" devices may be as many as one claim can be given. */
    private static final long MOST_DEVICES = 32;

    @Override
    public List<String> tracked(Collection<String> hard) {
        return hard.stream().filter(DeviceEvaluator::isTracked).toList();
    }

    static boolean isTracked(String name) {
        return name.equals(COUNT) || name.endsWith(BY_CLASS);
    }

    @Override
    public boolean countsUpdates() {
        return true;
    }

    @Override
    public Usage usage(ObjectValue claim, Instant now) {
        Usage usage = Usage.of(COUNT, 1);
        for (ObjectValue request :
                claim.object("spec").object("devices").list("requests").objects()) {
            // Of alternatives it is not known which one is taken, so the dearest counts for each class.
            Usage dearest = devices(request.object("exactly"));
            for (ObjectValue alternative : request.list("firstAvailable").objects()) {
                dearest = dearest.max(devices(alternative));
            }
            usage = usage.plus(dearest);
        }
        return usage;
    }

    private static Usage devices(ObjectValue request) {
        String deviceClass = request.string("deviceClassName");
        if (deviceClass.isEmpty()) {
            return Usage.NONE;
        }
        long count = request.string("allocationMode").equals("All") ? MOST_DEVICES : request.integer("count");
        return Usage.NONE.with(deviceClass + BY_CLASS, Quantity.of(count));
    }
}
