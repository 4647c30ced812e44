package dev.dmaops.conformance;

import dev.dmaops.conformance.config.ConfigKind;
import dev.dmaops.conformance.extract.ExtractKind;
import dev.dmaops.conformance.linux.LinuxKind;
import dev.dmaops.conformance.replay.Opening;
import dev.dmaops.conformance.replay.RecordingFile;
import dev.dmaops.conformance.replay.RecordingKind;
import dev.dmaops.conformance.row.Malformed;
import dev.dmaops.conformance.table.TableKind;
import dev.dmaops.conformance.tree.TreeKind;
import dev.dmaops.conformance.xen.BoardKind;
import dev.dmaops.conformance.xen.XenKind;
import java.util.List;
import java.util.stream.Collectors;

/** The kinds of recordings that can be replayed. */
final class RecordingKinds {
    private static final List<RecordingKind> ALL = List.of(
            new LinuxKind(),
            new BoardKind(),
            new XenKind(),
            new ExtractKind(),
            new TableKind(),
            new TreeKind(),
            new ConfigKind());

    private RecordingKinds() {}

    /**
     * The kind of a file, by its first bytes.
     *
     * @throws dev.dmaops.api.DmaConfigurationException when it is of none
     */
    static RecordingKind of(RecordingFile file) {
        Opening opening = file.opening();
        return ALL.stream()
                .filter(kind -> kind.recognises(opening))
                .findFirst()
                .orElseThrow(() -> Malformed.at(
                        file.path().toString(),
                        "start of the file",
                        "one of: "
                                + ALL.stream().map(RecordingKind::description).collect(Collectors.joining(", ")),
                        opening.text().isEmpty()
                                ? "an empty file"
                                : Malformed.quote(
                                        opening.text().lines().findFirst().orElse(""))));
    }
}
