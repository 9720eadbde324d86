/**
 * API priority and fairness: which requests of the HTTP face run at once, wait, or are turned away, by FlowSchemas and
 * PriorityLevelConfigurations. Calls within the process never come here.
 */
@NullMarked
package dev.jarbor.server.flow;

import org.jspecify.annotations.NullMarked;
