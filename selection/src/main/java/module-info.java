/** Selection rules that both platforms share. */
module dev.dmaops.selection {
    requires transitive dev.dmaops.api;
    requires transitive dev.dmaops.firmware;
    requires static org.jspecify;
}
