package dev.jarbor.api.schema;

/** A scalar does not follow its written form; the message is the reference's. */
final class MalformedScalarException extends Exception {
    private static final long serialVersionUID = 1;

    private final String complaint;

    MalformedScalarException(String complaint) {
        super(complaint, null, false, false);
        this.complaint = complaint;
    }

    @Override
    public String getMessage() {
        return complaint;
    }
}
