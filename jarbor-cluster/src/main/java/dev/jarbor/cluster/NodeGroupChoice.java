package dev.jarbor.cluster;

import dev.jarbor.api.Quantity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Simulated nodes of which there are as many as pods need, within bounds: what {@code --node-group} says.
 *
 * @param name of the group, and the beginning of the names of its nodes
 * @param minSize how many there always are
 * @param maxSize how many there are at most
 * @param capacity what each has that is not as it is by default, such as cpu
 * @param zone where they are; "" for nowhere
 */
public record NodeGroupChoice(String name, int minSize, int maxSize, Map<String, Quantity> capacity, String zone) {
    private static final String FORM = "expected MIN:MAX:NAME, perhaps followed by ,cpu=N ,memory=SIZE or ,zone=ZONE";
    private static final Pattern BOUNDS =
            Pattern.compile("([0-9]{1,5}):([0-9]{1,5}):([a-z]([-a-z0-9]{0,38}[a-z0-9])?)");
    private static final Pattern ZONE = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");

    public NodeGroupChoice {
        capacity = Map.copyOf(capacity);
    }

    /**
     * Reads each of {@code texts}, such as {@code 0:5:large,cpu=16,memory=64Gi}.
     *
     * @throws CannotStart for anything else, and where two have one name
     */
    public static List<NodeGroupChoice> parse(List<String> texts) {
        var groups = new ArrayList<NodeGroupChoice>();
        var names = new HashSet<String>();
        for (String text : texts) {
            NodeGroupChoice group = parse(text);
            if (!names.add(group.name)) {
                throw wrong(text, "there are two groups of that name");
            }
            groups.add(group);
        }
        return groups;
    }

    private static NodeGroupChoice parse(String text) {
        String[] parts = text.split(",", -1);
        Matcher bounds = BOUNDS.matcher(parts[0]);
        if (!bounds.matches()) {
            throw wrong(text, FORM);
        }
        int min = Integer.parseInt(bounds.group(1));
        int max = Integer.parseInt(bounds.group(2));
        if (max < 1 || min > max || max > NodeChoice.Simulated.MOST) {
            throw wrong(
                    text,
                    "a group has at least one node at most, no more at least than at most, and never more than "
                            + NodeChoice.Simulated.MOST);
        }
        if (bounds.group(3).equals(SimulatedNodes.PREFIX)) {
            throw wrong(text, "nodes of other kinds have that name");
        }
        var capacity = new TreeMap<String, Quantity>();
        String zone = "";
        for (int i = 1; i < parts.length; i++) {
            String value = parts[i].substring(parts[i].indexOf('=') + 1);
            switch (parts[i].substring(0, Math.max(0, parts[i].indexOf('=')))) {
                case "cpu", "memory" -> capacity.put(parts[i].substring(0, parts[i].indexOf('=')), amount(text, value));
                case "zone" -> {
                    if (!ZONE.matcher(value).matches()) {
                        throw wrong(text, "\"" + value + "\" is no name of a zone, which is the value of a label");
                    }
                    zone = value;
                }
                default -> throw wrong(text, FORM);
            }
        }
        return new NodeGroupChoice(bounds.group(3), min, max, capacity, zone);
    }

    private static Quantity amount(String text, String value) {
        try {
            Quantity amount = Quantity.parse(value);
            if (amount.doubleValue() > 0) {
                return amount;
            }
        } catch (IllegalArgumentException unreadable) {
            // told below
        }
        throw wrong(text, "\"" + value + "\" is no amount such as 16 or 64Gi");
    }

    private static CannotStart wrong(String text, String why) {
        return new CannotStart("--node-group " + text + ": " + why);
    }

    /** Such as {@code large (0 to 5)}. */
    String inWords() {
        return name + " (" + minSize + " to " + maxSize + ")";
    }
}
