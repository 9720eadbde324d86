package dev.jarbor.scheduler.cluster;

import dev.jarbor.api.ObjectKey;
import dev.jarbor.api.resource.v1.DeviceClass;
import dev.jarbor.api.resource.v1.ResourceClaim;
import dev.jarbor.scheduler.devices.DevicesInUse;
import dev.jarbor.scheduler.devices.ExpressionCache;
import dev.jarbor.scheduler.devices.Slices;
import java.util.Optional;

/** The claims, classes and devices that there are, including what the scheduler has decided and not yet seen written. */
public interface DeviceCatalog {
    /** Where nobody knows of devices they keep no pod from a node: of imagined clusters. */
    DeviceCatalog UNKNOWN = new DeviceCatalog() {
        @Override
        public Optional<ResourceClaim> claim(ObjectKey key) {
            return Optional.empty();
        }

        @Override
        public boolean isBeingAllocated(ResourceClaim claim) {
            return false;
        }

        @Override
        public Optional<DeviceClass> deviceClass(String name) {
            return Optional.empty();
        }

        @Override
        public Optional<DeviceClass> classOfResource(String resource) {
            return Optional.empty();
        }

        @Override
        public Slices slices() {
            return Slices.NONE;
        }

        @Override
        public DevicesInUse inUse() {
            return DevicesInUse.NONE;
        }

        @Override
        public ExpressionCache expressions() {
            return new ExpressionCache();
        }
    };

    Optional<ResourceClaim> claim(ObjectKey key);

    /** Whether devices for {@code claim} have been chosen, for another pod, and are not written yet. */
    boolean isBeingAllocated(ResourceClaim claim);

    Optional<DeviceClass> deviceClass(String name);

    /** The class that stands for a resource of containers. */
    Optional<DeviceClass> classOfResource(String resource);

    Slices slices();

    /** What claims have, including what is promised to them. */
    DevicesInUse inUse();

    ExpressionCache expressions();
}
