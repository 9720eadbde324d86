/** HorizontalPodAutoscalers: how many pods a workload should have by what its pods use, or by any other number. */
@NullMarked
package dev.jarbor.controllers.autoscaling;

import org.jspecify.annotations.NullMarked;
