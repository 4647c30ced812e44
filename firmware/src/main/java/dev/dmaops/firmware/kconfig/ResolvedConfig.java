package dev.dmaops.firmware.kconfig;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every symbol of the DMA closure with the value that the rules give it, calculated from the independent values of a file.
 * Where the file does not mention a derived symbol its value is known here all the same.
 */
public final class ResolvedConfig implements Expr.Values {
    private final RuleScope scope;
    private final KconfigModel model;
    private final Assignments given;
    private final List<ResolvedSymbol> symbols;
    private final Map<String, ResolvedSymbol> byName = new HashMap<>();
    private final List<UnmetDependency> unmet;
    private final Map<String, Tristate> floors;

    ResolvedConfig(
            RuleScope scope,
            KconfigModel model,
            Assignments given,
            List<ResolvedSymbol> symbols,
            List<UnmetDependency> unmet,
            Map<String, Tristate> floors) {
        this.scope = scope;
        this.model = model;
        this.given = given;
        this.symbols = symbols;
        this.unmet = unmet;
        this.floors = floors;
        symbols.forEach(symbol -> byName.put(symbol.symbol(), symbol));
    }

    /** {@return the architecture whose rules were applied} */
    public KernelArchitecture architecture() {
        return scope.architecture();
    }

    /** {@return the kernel version whose rules were applied} */
    public KernelVersion version() {
        return scope.version();
    }

    /** {@return every symbol of the closure, in the order of the rules; unmodifiable} */
    public List<ResolvedSymbol> symbols() {
        return symbols;
    }

    /**
     * {@return the value of a symbol and why it has it} A symbol that this architecture and version do not have is
     * {@code n}; one that the closure does not know at all has the value of the file.
     *
     * @param name the name without {@code CONFIG_}
     */
    public ResolvedSymbol symbol(String name) {
        ResolvedSymbol known = byName.get(name);
        if (known != null) {
            return known;
        }
        return DmaClosure.knows(name)
                ? undefined(name)
                : given.value(name)
                        .map(set -> new ResolvedSymbol(name, SymbolType.TRISTATE, set.value(), true, set.cause()))
                        .orElseGet(() -> undefined(name));
    }

    @Override
    public Tristate tristate(String symbol) {
        return symbol(symbol).value().tristate();
    }

    @Override
    public String text(String symbol) {
        return plain(symbol(symbol).value());
    }

    /**
     * {@return whether a gate holds: its value is not {@code n}}
     *
     * @param gate the expression
     */
    public boolean allows(Expr gate) {
        return gate.evaluate(this).isSet();
    }

    /** {@return the symbols that are selected against their own dependencies; unmodifiable} */
    public List<UnmetDependency> unmetDependencies() {
        return unmet;
    }

    Optional<KconfigModel.Rules> rules(String symbol) {
        return model.rules(symbol);
    }

    KconfigModel model() {
        return model;
    }

    Assignments given() {
        return given;
    }

    Map<String, Tristate> floors() {
        return floors;
    }

    static String plain(ConfigValue value) {
        return value instanceof ConfigValue.Text(String text) ? text : value.written();
    }

    static ResolvedSymbol undefined(String name) {
        return new ResolvedSymbol(
                name,
                SymbolType.BOOL,
                new ConfigValue.Tri(Tristate.N),
                false,
                new Cause(Cause.Kind.UNDEFINED, "this architecture and kernel version have no such symbol"));
    }
}
