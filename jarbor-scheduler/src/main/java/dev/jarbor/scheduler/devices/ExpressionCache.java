package dev.jarbor.scheduler.devices;

import dev.jarbor.cel.device.DeviceExpression;
import java.util.LinkedHashMap;
import java.util.Map;

/** Expressions that have been compiled; the ones that were used last are kept, at most {@link #MOST}. One owner. */
public final class ExpressionCache {
    static final int MOST = 1000;

    private final Map<String, DeviceExpression> compiled = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, DeviceExpression> eldest) {
            return size() > MOST;
        }
    };

    DeviceExpression get(String text) throws DeviceExpression.NoAnswerException {
        DeviceExpression known = compiled.get(text);
        if (known == null) {
            known = DeviceExpression.of(text);
            compiled.put(text, known);
        }
        return known;
    }
}
