/**
 * What a user says about a platform: one HOCON file, or the same by builder.
 *
 * <p>{@link dev.dmaops.runtime.configuration.PlatformConfiguration} is what was said, each value with the line that said it.
 * Nothing is deduced here and no other file is opened; that happens in {@code dev.dmaops.runtime.description}.
 */
@NullMarked
package dev.dmaops.runtime.configuration;

import org.jspecify.annotations.NullMarked;
