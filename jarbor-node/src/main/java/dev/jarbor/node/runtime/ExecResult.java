package dev.jarbor.node.runtime;

/** How a command in a container ended, and what it printed (bounded). */
public record ExecResult(int exitCode, String output) {}
