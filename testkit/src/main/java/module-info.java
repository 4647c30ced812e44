/** Published doubles, the backend contract test, a JUnit extension. */
module dev.dmaops.testkit {
    requires transitive dev.dmaops.api;
    requires transitive dev.dmaops.machine.sim;
    requires transitive org.junit.jupiter.api;
    requires transitive org.junit.jupiter.params;
    requires org.junit.platform.commons;
    requires transitive org.assertj.core;
    requires static org.jspecify;

    exports dev.dmaops.testkit;
    exports dev.dmaops.testkit.contract;
    exports dev.dmaops.testkit.doubles;

    opens dev.dmaops.testkit;
    opens dev.dmaops.testkit.contract;
}
