package dev.jarbor.network.nft;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one nftables table holds, as text by name.
 *
 * @param chains the rules of each chain that other chains go to
 * @param maps the elements of each map and set by their key; the value is a verdict, or "" in sets
 * @param memories sets that remember source addresses for some time
 */
record NftTable(
        SortedMap<String, List<String>> chains,
        SortedMap<String, SortedMap<String, String>> maps,
        SortedMap<String, Duration> memories) {
    NftTable {
        chains = Collections.unmodifiableSortedMap(new TreeMap<>(chains));
        maps = Collections.unmodifiableSortedMap(new TreeMap<>(maps));
        memories = Collections.unmodifiableSortedMap(new TreeMap<>(memories));
    }
}
