package dev.dmaops.conformance;

import dev.dmaops.api.DmaConfigurationException;
import dev.dmaops.api.DmaErrorCode;
import dev.dmaops.conformance.replay.Recording;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.replay.RecordingKind;
import dev.dmaops.firmware.FirmwareException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * Replays recordings of real kernels through {@link dev.dmaops.api.DmaDevice} and compares every answer with what the kernel
 * answered.
 *
 * <p>Files are read as streams and replayed in parallel on the processors there are; results come in the order of the files.
 */
public final class Conformance {
    private final int shown;
    private final LongConsumer progress;

    /**
     * Prepares.
     *
     * @param shown how many mismatches of each file to keep in its {@link FileOutcome}
     * @param progress is told how many bytes of the files as they are on disk were read since the last time; by any thread
     */
    public Conformance(int shown, LongConsumer progress) {
        this.shown = shown;
        this.progress = progress;
    }

    /** Replays the files and hands over each result as soon as all before it are there. */
    public void replay(List<Path> files, Consumer<FileResult> results) {
        inParallel(files, this::replay, results);
    }

    /** Alters each file, replays it and hands over whether every alteration was noticed. */
    public void selfTest(List<Path> files, Consumer<FileResult> results) {
        inParallel(files, this::selfTest, results);
    }

    private FileResult replay(RecordingFile file) {
        RecordingKind kind = RecordingKinds.of(file);
        Tally tally = new Tally(shown);
        try (Recording recording = kind.open(file)) {
            new Player(recording, tally, Player.Alteration.NONE).playAll();
        }
        return new FileResult.Replayed(tally.outcome(file.name(), kind.id()));
    }

    private FileResult selfTest(RecordingFile file) {
        return new FileResult.SelfTested(new SelfTest(RecordingKinds.of(file), file).run());
    }

    private void inParallel(List<Path> files, Function<RecordingFile, FileResult> work, Consumer<FileResult> results) {
        int processors = Math.min(Runtime.getRuntime().availableProcessors(), Math.max(1, files.size()));
        try (ExecutorService workers = Executors.newFixedThreadPool(processors)) {
            List<Future<FileResult>> pending = new ArrayList<>();
            try {
                for (Path file : files) {
                    pending.add(workers.submit(() -> guarded(new RecordingFile(file, progress), work)));
                }
                for (Future<FileResult> result : pending) {
                    results.accept(await(result));
                }
            } finally {
                workers.shutdownNow();
            }
        }
    }

    private static FileResult guarded(RecordingFile file, Function<RecordingFile, FileResult> work) {
        try {
            return work.apply(file);
        } catch (DmaConfigurationException problem) {
            return new FileResult.Unreadable(file.path(), problem);
        } catch (FirmwareException problem) {
            return new FileResult.Unreadable(
                    file.path(),
                    new DmaConfigurationException(
                            DmaErrorCode.BAD_FILE, file.name(), String.valueOf(problem.getMessage())));
        } catch (UncheckedIOException problem) {
            return new FileResult.Unreadable(file.path(), file.unreadable(problem));
        }
    }

    private static FileResult await(Future<FileResult> result) {
        try {
            return result.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while replaying", e);
        }
    }
}
