package dev.jarbor.cel.program;

/** What became of an expression. */
public sealed interface Compilation {
    /** It can be evaluated. */
    record Compiled(Program program) implements Compilation {}

    /** @param message what is wrong with it and where: the errors in CEL's own form, one after the other */
    record Refused(String message) implements Compilation {}
}
