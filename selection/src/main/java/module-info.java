/** Selection: the rule engine, the rules that both platforms share, and adapters from firmware and tables to descriptions. */
module dev.dmaops.selection {
    requires transitive dev.dmaops.api;
    requires transitive dev.dmaops.firmware;
    requires static org.jspecify;

    exports dev.dmaops.selection;
    exports dev.dmaops.selection.devicetree;
    exports dev.dmaops.selection.fixture;
    exports dev.dmaops.selection.rules;
}
