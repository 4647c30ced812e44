package dev.dmaops.firmware.kconfig;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects the lines of one entry; only {@link ClosureReader} uses it. */
final class DefinitionBuilder {
    final List<Definition.Conditional> defaults = new ArrayList<>();
    final List<Definition.Conditional> selects = new ArrayList<>();
    final List<Definition.Conditional> implies = new ArrayList<>();
    final List<Definition.Range> ranges = new ArrayList<>();
    Expr depends;
    Optional<Expr> prompt = Optional.empty();
    boolean elsewhere;

    private final String symbol;
    private final SymbolType type;
    private final boolean input;
    private final String file;
    private final Optional<String> choice;

    DefinitionBuilder(
            String symbol, SymbolType type, boolean input, String file, Expr depends, Optional<String> choice) {
        this.symbol = symbol;
        this.type = type;
        this.input = input;
        this.file = file;
        this.depends = depends;
        this.choice = choice;
    }

    Definition build() {
        return new Definition(
                symbol,
                type,
                input,
                file,
                depends,
                choice.isPresent() ? prompt.or(() -> Optional.of(Expr.always())) : prompt,
                List.copyOf(defaults),
                List.copyOf(selects),
                List.copyOf(implies),
                List.copyOf(ranges),
                choice,
                elsewhere);
    }
}
