package dev.jarbor.scheduler.autoscaling;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * Chooses between ways to make room; what is equally good is left to chance.
 *
 * @see <a href="https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#what-are-expanders">What are
 *     Expanders?</a>
 */
public interface Expander {
    /** Any. */
    Expander RANDOM = options -> options;

    /** That which helps the most pods. */
    Expander MOST_PODS = by(option -> -option.pods().size());

    /** That which leaves the least empty. */
    Expander LEAST_WASTE = by(Option::waste);

    /** The best of {@code options}, which are not none. */
    List<Option> best(List<Option> options);

    /** One of the best. */
    default Option choose(List<Option> options, RandomGenerator random) {
        List<Option> best = best(options);
        List<Option> left = best.isEmpty() ? options : best;
        return left.get(random.nextInt(left.size()));
    }

    /** Where this one finds several equally good, {@code next} chooses between those. */
    default Expander then(Expander next) {
        return options -> next.best(best(options));
    }

    private static Expander by(ToDoubleFunction<Option> cost) {
        return options -> {
            double least = options.stream().mapToDouble(cost).min().orElse(0);
            return options.stream()
                    .filter(option -> cost.applyAsDouble(option) == least)
                    .toList();
        };
    }

    /**
     * The groups that somebody prefers; all, where no pattern matches any.
     *
     * @param patterns regular expressions for names of groups, by how much they are preferred
     */
    static Expander priority(Map<Integer, List<String>> patterns) {
        var compiled = new TreeMap<Integer, List<Pattern>>(Comparator.reverseOrder());
        patterns.forEach((priority, texts) ->
                compiled.put(priority, texts.stream().map(Pattern::compile).toList()));
        return options -> compiled.values().stream()
                .map(each -> options.stream()
                        .filter(option -> each.stream()
                                .anyMatch(pattern ->
                                        pattern.matcher(option.group().name()).find()))
                        .toList())
                .filter(preferred -> !preferred.isEmpty())
                .findFirst()
                .orElse(options);
    }
}
