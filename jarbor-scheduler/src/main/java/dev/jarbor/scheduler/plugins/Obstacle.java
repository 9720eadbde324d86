package dev.jarbor.scheduler.plugins;

/**
 * Why a pod cannot go to a node.
 *
 * @param reason in the reference's words, for the count in {@code FailedScheduling} events
 * @param helpedByPreemption whether removing pods from the node could make room
 */
public record Obstacle(String reason, boolean helpedByPreemption) {}
