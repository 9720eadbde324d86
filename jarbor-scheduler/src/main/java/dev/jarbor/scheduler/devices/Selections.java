package dev.jarbor.scheduler.devices;

import dev.jarbor.api.resource.v1.DeviceClass;
import dev.jarbor.api.resource.v1.DeviceSelector;
import dev.jarbor.cel.device.DeviceExpression;
import java.util.IdentityHashMap;
import java.util.List;

/** Which devices the requests of some claims select; each is asked once, whatever node it is for. */
final class Selections {
    private final ExpressionCache expressions;
    private final IdentityHashMap<Request, IdentityHashMap<Candidate, Boolean>> known = new IdentityHashMap<>();

    Selections(ExpressionCache expressions) {
        this.expressions = expressions;
    }

    boolean selects(String claim, Request request, DeviceClass deviceClass, Candidate device)
            throws CannotAllocateException {
        IdentityHashMap<Candidate, Boolean> answers = known.computeIfAbsent(request, fresh -> new IdentityHashMap<>());
        Boolean answer = answers.get(device);
        if (answer == null) {
            answer = all("class " + deviceClass.name(), deviceClass.spec().selectors(), device)
                    && all("claim " + claim, request.selectors(), device);
            answers.put(device, answer);
        }
        return answer;
    }

    private boolean all(String whose, List<DeviceSelector> selectors, Candidate device) throws CannotAllocateException {
        for (int i = 0; i < selectors.size(); i++) {
            String selector = whose + ": selector #" + i + ": ";
            DeviceExpression expression;
            try {
                expression = expressions.get(selectors.get(i).cel().expression());
            } catch (DeviceExpression.NoAnswerException broken) {
                throw CannotAllocateException.anywhere(selector + "CEL compile error: " + broken.reason());
            }
            try {
                if (!expression.selects(device.id().driver(), device.device())) {
                    return false;
                }
            } catch (DeviceExpression.NoAnswerException failed) {
                throw CannotAllocateException.anywhere(selector + "CEL runtime error: " + failed.reason());
            }
        }
        return true;
    }
}
