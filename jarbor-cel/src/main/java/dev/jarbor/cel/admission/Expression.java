package dev.jarbor.cel.admission;

import dev.jarbor.cel.program.Program;
import org.jspecify.annotations.Nullable;

/**
 * An expression as it was written, and what became of it.
 *
 * @param program absent where it is not fit for its purpose
 * @param fault why, in the reference's words; "" where it is
 */
public record Expression(String text, @Nullable Program program, String fault) {
    public boolean isSound() {
        return fault.isEmpty();
    }
}
