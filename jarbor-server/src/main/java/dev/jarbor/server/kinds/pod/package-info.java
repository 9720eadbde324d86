/**
 * The rules of pods and of the templates of pods. {@link dev.jarbor.server.kinds.pod.PodSpecs} names the parts in the
 * order in which they are checked; each part is a class that reads like the rule.
 */
@NullMarked
package dev.jarbor.server.kinds.pod;

import org.jspecify.annotations.NullMarked;
