/** Rolls a Deployment from one ReplicaSet to the next. */
@NullMarked
package dev.jarbor.controllers.deployment;

import org.jspecify.annotations.NullMarked;
