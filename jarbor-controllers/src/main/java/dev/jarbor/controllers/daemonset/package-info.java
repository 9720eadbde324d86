/** One pod on each node that a DaemonSet is meant for. */
@NullMarked
package dev.jarbor.controllers.daemonset;

import org.jspecify.annotations.NullMarked;
