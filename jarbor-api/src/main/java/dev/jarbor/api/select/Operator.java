package dev.jarbor.api.select;

/** How a requirement relates a label's key to values. */
public enum Operator {
    IN("in"),
    NOT_IN("notin"),
    EQUALS("="),
    DOUBLE_EQUALS("=="),
    NOT_EQUALS("!="),
    GREATER_THAN("gt"),
    LESS_THAN("lt"),
    EXISTS("exists"),
    DOES_NOT_EXIST("!");

    private final String text;

    Operator(String text) {
        this.text = text;
    }

    /** The reference's name for it, as error messages list it. */
    public String text() {
        return text;
    }
}
