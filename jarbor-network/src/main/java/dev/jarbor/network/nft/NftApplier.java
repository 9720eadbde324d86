package dev.jarbor.network.nft;

import dev.jarbor.network.Cidr;
import dev.jarbor.network.Ipv4;
import dev.jarbor.network.host.HostCommand;
import dev.jarbor.network.host.HostException;
import dev.jarbor.network.service.RuleApplier;
import dev.jarbor.network.service.RuleSet;
import java.util.List;

/**
 * Rules in this machine's kernel, in a table of our own ({@code ip jarbor}): what other programs put into theirs is left
 * alone. A change sends only what differs; where that fails (somebody else touched the table) the table is replaced. Needs
 * root and {@code nft}; {@code conntrack} is used where it is installed.
 */
public final class NftApplier implements RuleApplier {
    private static final System.Logger LOG = System.getLogger(NftApplier.class.getName());

    private final HostCommand nft;
    private final HostCommand conntrack;
    private final boolean hasConntrack;
    private Applied applied = NOTHING;

    /** What this process knows to be in the table. */
    private record Applied(RuleSet rules, NftTable table) {}

    /** No cluster has these pods, so whatever comes next replaces the table. */
    private static final Applied NOTHING =
            new Applied(RuleSet.empty(new Cidr(Ipv4.ANY, 32)), NftRules.of(RuleSet.empty(new Cidr(Ipv4.ANY, 32))));

    /** For this machine's network. */
    public NftApplier() {
        this(HostCommand.of("nft"), HostCommand.of("conntrack"));
    }

    /**
     * @param nft how to run nft, such as {@code ip netns exec NAME nft} for another network namespace
     * @param conntrack how to run conntrack there
     */
    public NftApplier(HostCommand nft, HostCommand conntrack) {
        this.nft = nft;
        this.conntrack = conntrack;
        this.hasConntrack = conntrack.exists();
    }

    @Override
    public synchronized void apply(RuleSet rules) {
        NftTable wanted = NftRules.of(rules);
        Applied before = applied;
        if (!changed(rules, wanted)) {
            applied = NOTHING;
            run(NftScript.replace(rules.pods(), wanted));
        }
        applied = new Applied(rules, wanted);
        forget(StaleFlows.between(before.rules, rules));
    }

    /** Whether the table could be changed in place. */
    private boolean changed(RuleSet rules, NftTable wanted) {
        if (!applied.rules.pods().equals(rules.pods())) {
            return false;
        }
        String script = NftScript.change(applied.table, wanted);
        if (script.isEmpty()) {
            return intact();
        }
        HostCommand.Result result = nft.with("-f", "-").run(script);
        if (!result.succeeded()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "service rules were changed by others, replacing them: {0}",
                    result.output());
        }
        return result.succeeded();
    }

    @Override
    public synchronized boolean intact() {
        // An empty set that is there for this alone: to list a chain, nft reads the whole table.
        return nft.with("list", "set", "ip", "jarbor", NftScript.MARK).run().succeeded();
    }

    @Override
    public synchronized void remove() {
        applied = NOTHING;
        run(NftScript.remove());
    }

    private void run(String script) {
        HostCommand.Result result = nft.with("-f", "-").run(script);
        if (!result.succeeded()) {
            throw new HostException("nft refused the service rules: " + result.output());
        }
    }

    /** Exit status 1 says that there was no such flow, which is the usual case. */
    private void forget(List<List<String>> flows) {
        if (hasConntrack) {
            flows.forEach(arguments ->
                    conntrack.with(arguments.toArray(String[]::new)).run());
        }
    }
}
