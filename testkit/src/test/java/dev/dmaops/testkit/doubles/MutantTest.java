package dev.dmaops.testkit.doubles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dmaops.spi.DmaOps;
import dev.dmaops.testkit.ContractRun;
import dev.dmaops.testkit.DeviceBench;
import dev.dmaops.testkit.TestWorld;
import dev.dmaops.testkit.TestWorld.Reach;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The contract finds every mistake that it claims to find. */
class MutantTest {
    @ParameterizedTest
    @EnumSource(Mutant.class)
    void contractFindsTheMistake(Mutant mutant) {
        assertThat(ContractRun.firstFailure(new Narrow(Optional.of(mutant))))
                .as("no rule of the contract fails for " + mutant)
                .isPresent();
    }

    @Test
    void contractFindsNothingWhereNothingIsWrong() {
        assertThat(ContractRun.failures(new Narrow(Optional.empty()))).isEmpty();
    }

    /** The contract in one world, where a bus translates and buffers can be out of reach. */
    private static final class Narrow extends AlwaysBounceContractTest {
        private final Optional<Mutant> mutant;

        Narrow(Optional<Mutant> mutant) {
            this.mutant = mutant;
        }

        @Override
        protected boolean worksIn(TestWorld world) {
            return super.worksIn(world)
                    && world.reach() == Reach.WINDOW_1_GIB
                    && world.coherent()
                    && world.pageBytes() == 4096;
        }

        @Override
        protected DmaOps around(DmaOps ops, DeviceBench bench) {
            return mutant.isPresent() ? mutant.get().around(ops, bench) : ops;
        }
    }
}
