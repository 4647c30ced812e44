package dev.dmaops.runtime;

import dev.dmaops.spi.EventSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what a kernel would write to its log to the logger {@code dev.dmaops.events}. */
final class LoggedEvents implements EventSink {
    private static final Logger LOG = LoggerFactory.getLogger("dev.dmaops.events");

    @Override
    public void log(String device, String text) {
        LOG.warn("{}: {}", device, text);
    }
}
