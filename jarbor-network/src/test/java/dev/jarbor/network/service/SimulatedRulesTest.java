package dev.jarbor.network.service;

import dev.jarbor.network.Ipv4;
import dev.jarbor.network.service.SimulatedRules.Outcome;
import dev.jarbor.runtime.SimulatedRuntime;
import java.util.List;

class SimulatedRulesTest extends RuleContract {
    private final SimulatedRules rules = new SimulatedRules(new SimulatedRuntime(1), List.of(NODE));

    @Override
    protected RuleApplier applier() {
        return rules;
    }

    @Override
    protected String connect(Ipv4 source, Frontend target) {
        Ipv4 from = target.address().isLoopback() ? target.address() : source;
        return switch (rules.connect(from, target)) {
            case Outcome.Connected(Backend to, boolean masqueraded) ->
                to.address() + " sees " + (masqueraded || from.equals(NODE) ? GATEWAY : from);
            case Outcome.Refused refused -> "refused";
            case Outcome.Dropped dropped -> "dropped";
            case Outcome.Untouched untouched -> "untouched";
        };
    }
}
