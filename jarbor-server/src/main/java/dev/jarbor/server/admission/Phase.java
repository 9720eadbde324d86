package dev.jarbor.server.admission;

/** The phases of admission: for what a step is asked, by the method of {@link Admission} of that name. */
public enum Phase {
    MUTATE("admit"),
    VALIDATE("validate"),
    CHARGE("");

    private final String type;

    Phase(String type) {
        this.type = type;
    }

    /** What it is called where it is counted; "" where it is not. */
    String type() {
        return type;
    }
}
