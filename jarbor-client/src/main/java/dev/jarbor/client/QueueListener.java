package dev.jarbor.client;

import java.time.Duration;

/** Hears what queues do, for metrics. It is called often, and must return at once. */
public interface QueueListener {
    /** Hears nothing. */
    QueueListener NONE = new QueueListener() {
        @Override
        public void added(String queue) {}

        @Override
        public void retried(String queue) {}

        @Override
        public void waited(String queue, Duration time) {}

        @Override
        public void worked(String queue, Duration time) {}
    };

    /** A key that did not wait yet does now. */
    void added(String queue);

    /** A key is to be looked at again after a while. */
    void retried(String queue);

    /** A key has waited so long, and is in work now. */
    void waited(String queue, Duration time);

    /** A key was in work for so long. */
    void worked(String queue, Duration time);
}
