package dev.jarbor.network.dns;

import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** What the cluster's zone says to one question. */
sealed interface Answer {
    /** These records; none of them means that the name exists, without records of that type (NODATA). */
    record Records(List<Record> answer, List<Record> additional) implements Answer {
        public Records {
            answer = List.copyOf(answer);
            additional = List.copyOf(additional);
        }

        static Records of(List<Record> answer) {
            return new Records(answer, List.of());
        }
    }

    /** There is no such name (NXDOMAIN). */
    record NoSuchName() implements Answer {}

    /** The name stands for another, which is to be looked up as well. */
    record Alias(Record alias, Name target) implements Answer {}

    /** Not a name of the cluster: somebody else knows. */
    record Elsewhere() implements Answer {}

    Answer NO_DATA = Records.of(List.of());

    Answer NO_SUCH_NAME = new NoSuchName();
}
