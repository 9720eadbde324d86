package dev.jarbor.server.kinds.rules;

import dev.jarbor.api.codec.Json;
import dev.jarbor.api.value.ListValue;
import dev.jarbor.api.value.ObjectValue;
import dev.jarbor.api.value.Value;
import java.util.ArrayList;
import java.util.List;

/** What is different between two values, as messages show it: a unified diff of their indented JSON. */
public final class Diffs {
    private static final int CONTEXT = 3;

    /** Beyond this many pairs of lines the difference is shown as one block instead of line by line. */
    private static final int MOST_PAIRS = 1_000_000;

    private Diffs() {}

    /** One line of the diff and where it stands: kept (' '), taken out ('-') or put in ('+'). */
    private record Line(char sign, String text) {}

    public static String of(Value before, Value after) {
        List<String> old = new ArrayList<>();
        List<String> now = new ArrayList<>();
        print(before, "", "", "", old);
        print(after, "", "", "", now);
        return hunks(lines(old, now));
    }

    private static void print(Value value, String indent, String start, String end, List<String> lines) {
        switch (value) {
            case ObjectValue object
            when !object.isEmpty() -> {
                lines.add(indent + start + "{");
                for (int i = 0; i < object.size(); i++) {
                    String name = Json.text(Value.of(object.name(i))) + ": ";
                    print(object.value(i), indent + " ", name, i + 1 < object.size() ? "," : "", lines);
                }
                lines.add(indent + "}" + end);
            }
            case ListValue list
            when !list.isEmpty() -> {
                lines.add(indent + start + "[");
                for (int i = 0; i < list.size(); i++) {
                    print(list.get(i), indent + " ", "", i + 1 < list.size() ? "," : "", lines);
                }
                lines.add(indent + "]" + end);
            }
            default -> lines.add(indent + start + Json.text(value) + end);
        }
    }

    private static List<Line> lines(List<String> old, List<String> now) {
        int head = 0;
        while (head < old.size() && head < now.size() && old.get(head).equals(now.get(head))) {
            head++;
        }
        int oldEnd = old.size();
        int nowEnd = now.size();
        while (oldEnd > head && nowEnd > head && old.get(oldEnd - 1).equals(now.get(nowEnd - 1))) {
            oldEnd--;
            nowEnd--;
        }
        var lines = new ArrayList<Line>();
        old.subList(0, head).forEach(line -> lines.add(new Line(' ', line)));
        middle(old.subList(head, oldEnd), now.subList(head, nowEnd), lines);
        old.subList(oldEnd, old.size()).forEach(line -> lines.add(new Line(' ', line)));
        return lines;
    }

    /** The longest common subsequence, by the table of its lengths. */
    private static void middle(List<String> old, List<String> now, List<Line> lines) {
        if ((long) old.size() * now.size() > MOST_PAIRS) {
            old.forEach(line -> lines.add(new Line('-', line)));
            now.forEach(line -> lines.add(new Line('+', line)));
            return;
        }
        int[][] common = new int[old.size() + 1][now.size() + 1];
        for (int i = old.size() - 1; i >= 0; i--) {
            for (int j = now.size() - 1; j >= 0; j--) {
                common[i][j] = old.get(i).equals(now.get(j))
                        ? common[i + 1][j + 1] + 1
                        : Math.max(common[i + 1][j], common[i][j + 1]);
            }
        }
        int i = 0;
        int j = 0;
        while (i < old.size() || j < now.size()) {
            if (i < old.size() && j < now.size() && old.get(i).equals(now.get(j))) {
                lines.add(new Line(' ', old.get(i)));
                i++;
                j++;
            } else if (j == now.size() || (i < old.size() && common[i + 1][j] >= common[i][j + 1])) {
                lines.add(new Line('-', old.get(i++)));
            } else {
                lines.add(new Line('+', now.get(j++)));
            }
        }
    }

    private static String hunks(List<Line> lines) {
        var text = new StringBuilder();
        int at = 0;
        int oldLine = 1;
        int newLine = 1;
        while (at < lines.size()) {
            int change = at;
            while (change < lines.size() && lines.get(change).sign() == ' ') {
                change++;
            }
            if (change == lines.size()) {
                break;
            }
            int start = Math.max(at, change - CONTEXT);
            oldLine += start - at;
            newLine += start - at;
            int end = end(lines, change);
            int olds = 0;
            int news = 0;
            for (Line line : lines.subList(start, end)) {
                olds += line.sign() == '+' ? 0 : 1;
                news += line.sign() == '-' ? 0 : 1;
            }
            text.append("@@ -").append(oldLine).append(',').append(olds);
            text.append(" +").append(newLine).append(',').append(news).append(" @@\n");
            lines.subList(start, end)
                    .forEach(
                            line -> text.append(line.sign()).append(line.text()).append('\n'));
            oldLine += olds;
            newLine += news;
            at = end;
        }
        return text.toString();
    }

    /** Where a hunk ends: after the context of its last change, unless the next change is near. */
    private static int end(List<Line> lines, int change) {
        int last = change;
        for (int i = change; i < lines.size() && i - last <= 2 * CONTEXT; i++) {
            last = lines.get(i).sign() == ' ' ? last : i;
        }
        return Math.min(lines.size(), last + 1 + CONTEXT);
    }
}
