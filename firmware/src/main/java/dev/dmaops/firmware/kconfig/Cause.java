package dev.dmaops.firmware.kconfig;

/**
 * Why a symbol has its value.
 *
 * @param kind the rule that decided
 * @param text the rule with the values it used, for people: {@code selected by XEN}
 */
public record Cause(Kind kind, String text) {
    /** The rules of Kconfig, in the words of this package. */
    public enum Kind {
        /** The file sets the symbol and nothing bounds it. */
        FILE,
        /** A request of the caller sets the symbol. */
        OVERRIDE,
        /** A default or def_bool applies. */
        DEFAULT,
        /** Another symbol selects it, whatever its own dependencies say. */
        SELECTED,
        /** Another symbol implies it. */
        IMPLIED,
        /** It is, or is not, the chosen member of a choice. */
        CHOICE,
        /** Kconfig entries outside of the closure select it: the file has it and nothing inside explains it. */
        SELECTED_ELSEWHERE,
        /** Its dependencies bound it. */
        DEPENDENCY,
        /** Neither a default nor a select gives it a value. */
        NOTHING,
        /** The architecture and version have no such symbol. */
        UNDEFINED
    }
}
