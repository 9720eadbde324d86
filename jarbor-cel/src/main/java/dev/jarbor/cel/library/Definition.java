package dev.jarbor.cel.library;

import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import java.util.ArrayList;
import java.util.List;

/**
 * A function: its overloads for the type checker, and what it does. Which overload is meant is seen from the arguments
 * when it is called, because arguments may be dynamic; where several libraries have functions of one name, the first
 * argument decides.
 *
 * @param first what the first argument has to be
 * @param overloads empty for the functions that the checker knows itself
 */
public record Definition(String name, Class<?> first, Function body, List<CelOverloadDecl> overloads) {
    public Definition {
        overloads = List.copyOf(overloads);
    }

    /** A function of CEL itself. */
    static Definition standard(String name, Function body) {
        return new Definition(name, Object.class, body, List.of());
    }

    static Builder of(String name, Function body) {
        return new Builder(name, Object.class, body);
    }

    static Builder of(String name, Class<?> first, Function body) {
        return new Builder(name, first, body);
    }

    static final class Builder {
        private final String name;
        private final Class<?> first;
        private final Function body;
        private final List<CelOverloadDecl> overloads = new ArrayList<>();

        private Builder(String name, Class<?> first, Function body) {
            this.name = name;
            this.first = first;
            this.body = body;
        }

        /** {@code name(parameters)}. */
        Builder global(String id, CelType result, CelType... parameters) {
            overloads.add(CelOverloadDecl.newGlobalOverload(id, result, parameters));
            return this;
        }

        /** {@code receiver.name(parameters)}. */
        Builder member(String id, CelType result, CelType... receiverAndParameters) {
            overloads.add(CelOverloadDecl.newMemberOverload(id, result, receiverAndParameters));
            return this;
        }

        Definition build() {
            return new Definition(name, first, body, overloads);
        }
    }
}
