package dev.jarbor.network.nft;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What {@code nft list table} says, without the order in which things were made. */
final class NftListing {
    private static final Pattern ELEMENTS = Pattern.compile("elements = \\{(.*)}", Pattern.DOTALL);

    private NftListing() {}

    /** Each chain, map and set by its name, elements in order; set elements that traffic made are not there with -s. */
    static String sorted(String listing) {
        var blocks = new TreeMap<String, String>();
        var lines = new ArrayList<String>();
        for (String line : listing.split("\n", -1)) {
            lines.add(line);
            if (line.equals("\t}")) {
                String head = lines.stream()
                        .filter(each -> each.endsWith(" {") && each.startsWith("\t"))
                        .findFirst()
                        .orElse("");
                blocks.put(head, elementsSorted(String.join("\n", lines)));
                lines.clear();
            }
        }
        return String.join("\n", blocks.values());
    }

    private static String elementsSorted(String block) {
        var elements = ELEMENTS.matcher(block);
        if (!elements.find()) {
            return block.strip();
        }
        List<String> sorted = Stream.of(elements.group(1).split(",", -1))
                .map(String::strip)
                .sorted()
                .toList();
        return block.substring(0, elements.start()).strip() + sorted;
    }
}
