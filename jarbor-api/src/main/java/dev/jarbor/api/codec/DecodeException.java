package dev.jarbor.api.codec;

/** A document that could not be decoded: where, why, and in the words of the reference's decoder. */
public final class DecodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What was wrong with the document. */
    public enum Problem {
        /** It does not follow its format's grammar. */
        SYNTAX,
        /** It follows the grammar but says something of the wrong shape, such as a list where an object belongs. */
        SHAPE,
        /** It is longer, deeper or larger than the caller's {@link Limits}. */
        LIMIT
    }

    private final Problem problem;
    private final String fault;
    private final int line;
    private final int column;

    private DecodeException(Problem problem, String message, String fault, int line, int column) {
        super(message);
        this.problem = problem;
        this.fault = fault;
        this.line = line;
        this.column = column;
    }

    static DecodeException syntax(String message, int line, int column) {
        return new DecodeException(Problem.SYNTAX, message, message, line, column);
    }

    /** A fault of YAML, whose messages name the line. */
    static DecodeException yaml(Problem problem, String fault, int line, int column) {
        String place = line == 0 ? "yaml: " : "yaml: line " + line + ": ";
        return new DecodeException(problem, place + fault, fault, line, column);
    }

    static DecodeException shape(String message) {
        return new DecodeException(Problem.SHAPE, message, message, 0, 0);
    }

    static DecodeException limit(String message) {
        return new DecodeException(Problem.LIMIT, message, message, 0, 0);
    }

    public Problem problem() {
        return problem;
    }

    /** The line, counted from 1, or 0 where the fault has no place. */
    public int line() {
        return line;
    }

    /** The column in bytes (JSON) or characters (YAML), counted from 1, or 0 where the fault has no place. */
    public int column() {
        return column;
    }

    /** {@code file:line: cause}: how to tell a person about it. */
    public String in(String file) {
        return line == 0 ? file + ": " + fault : file + ":" + line + ": " + fault;
    }
}
