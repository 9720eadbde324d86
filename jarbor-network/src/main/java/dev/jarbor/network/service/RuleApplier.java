package dev.jarbor.network.service;

/** Puts rules in force: in this machine's kernel, or in a simulated one. Called by one task at a time. */
public interface RuleApplier {
    /**
     * Makes {@code rules} the rules for new connections, all at once: no connection meets a mixture. Established
     * connections go on as they are.
     *
     * @throws RuntimeException when they could not be put in force; the former ones then still are
     */
    void apply(RuleSet rules);

    /** Whether what was applied last is still there; another program may have flushed it. */
    boolean intact();

    /** Takes all rules away; harmless when there are none. */
    void remove();
}
