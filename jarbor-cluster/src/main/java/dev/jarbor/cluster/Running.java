package dev.jarbor.cluster;

import dev.jarbor.api.codec.DecodeException;
import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ObjectValue;

/**
 * What a running cluster says about itself in its data folder.
 *
 * @param pid its process
 * @param url where its API answers
 * @param nodes its nodes in words, such as {@code 1 simulated node}
 * @param started RFC 3339
 */
public record Running(long pid, String url, String nodes, String started) {

    static Running parse(String json) {
        try {
            ObjectValue object = Json.object(json);
            return new Running(
                    object.integer("pid"), object.string("url"), object.string("nodes"), object.string("started"));
        } catch (DecodeException damaged) {
            throw new CannotStart(
                    "running.json is damaged (" + damaged.getMessage() + "); `jarbor reset` starts afresh", damaged);
        }
    }

    String print() {
        return Json.text(ObjectValue.builder()
                        .put("pid", pid)
                        .put("url", url)
                        .put("nodes", nodes)
                        .put("started", started)
                        .build())
                + "\n";
    }

    /** Whether that process still lives. */
    public boolean alive() {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }
}
