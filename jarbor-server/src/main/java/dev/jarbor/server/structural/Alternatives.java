package dev.jarbor.server.structural;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The logical keywords: {@code anyOf}, {@code oneOf}, {@code allOf} and {@code not}. */
final class Alternatives {
    private Alternatives() {}

    /** @param faults of the value against one branch */
    static void check(
            StructuralSchema schema, String path, List<Fault> found, Function<StructuralSchema, List<Fault>> faults) {
        String named = "\"" + path + "\"";
        if (!schema.anyOf().isEmpty()) {
            List<List<Fault>> results = schema.anyOf().stream().map(faults).toList();
            if (results.stream().noneMatch(List::isEmpty)) {
                found.add(Fault.whole(named + " must validate at least one schema (anyOf)"));
                found.addAll(best(results));
            }
        }
        if (!schema.oneOf().isEmpty()) {
            List<List<Fault>> results = schema.oneOf().stream().map(faults).toList();
            long valid = results.stream().filter(List::isEmpty).count();
            if (valid != 1) {
                found.add(Fault.whole(named + " must validate one and only one schema (oneOf). "
                        + (valid == 0 ? "Found none valid" : "Found " + valid + " valid alternatives")));
                if (valid == 0) {
                    found.addAll(best(results));
                }
            }
        }
        if (!schema.allOf().isEmpty()) {
            var all = new ArrayList<Fault>();
            int valid = 0;
            for (StructuralSchema branch : schema.allOf()) {
                List<Fault> result = faults.apply(branch);
                valid += result.isEmpty() ? 1 : 0;
                all.addAll(result);
            }
            found.addAll(all);
            if (valid != schema.allOf().size()) {
                found.add(Fault.whole(
                        named + " must validate all the schemas (allOf)" + (valid == 0 ? ". None validated" : "")));
            }
        }
        if (schema.not().isPresent() && faults.apply(schema.not().get()).isEmpty()) {
            found.add(Fault.whole(named + " must not validate the schema (not)"));
        }
    }

    /** What stands against the branch that came closest: the first with the fewest faults. */
    private static List<Fault> best(List<List<Fault>> results) {
        List<Fault> best = results.getFirst();
        for (List<Fault> result : results) {
            best = result.size() < best.size() ? result : best;
        }
        return best;
    }
}
