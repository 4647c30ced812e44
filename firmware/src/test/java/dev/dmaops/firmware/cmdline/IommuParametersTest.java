package dev.dmaops.firmware.cmdline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IommuParametersTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            quiet                              | empty | off=false, force=false, soft=false, usedac=false
            iommu=off                          | empty | off=true, force=false, soft=false, usedac=false
            iommu=offline                      | empty | off=true, force=false, soft=false, usedac=false
            iommu=noforce                      | empty | off=false, force=false, soft=false, usedac=false
            iommu=force iommu=noforce          | empty | off=false, force=false, soft=false, usedac=false
            iommu=noforce,merge                | empty | off=false, force=true, soft=false, usedac=false
            iommu=forcesac                     | empty | off=false, force=true, soft=false, usedac=false
            iommu=soft,pt                      | true  | off=false, force=false, soft=true, usedac=false
            iommu=nopt                         | false | off=false, force=false, soft=false, usedac=false
            iommu=usedac,off,pt                | empty | off=false, force=false, soft=false, usedac=true
            iommu=pt iommu.passthrough=0       | false | off=false, force=false, soft=false, usedac=false
            iommu.passthrough=off iommu=pt     | true  | off=false, force=false, soft=false, usedac=false
            iommu.passthrough=maybe            | empty | off=false, force=false, soft=false, usedac=false
            iommu.passthrough=Yes              | true  | off=false, force=false, soft=false, usedac=false
            iommu.passthrough                  | empty | off=false, force=false, soft=false, usedac=false
            """)
    void theListIsMatchedByPrefixItemByItem(String line, String passthrough, String options) {
        IommuParameters found = x86(line);
        assertThat(found.passthrough().map(String::valueOf).orElse("empty")).isEqualTo(passthrough);
        assertThat(found.x86()).hasToString("X86IommuOptions[" + options + "]");
    }

    @Test
    void armKnowsOnlyTheCoresParameters() {
        IommuParameters found = IommuParameters.ofArm(
                KernelCommandLine.parse("iommu=pt intel_iommu=strict iommu.strict=0 iommu.forcedac=1"));
        assertThat(found.passthrough()).isEmpty();
        assertThat(found.strict()).hasValue(false);
        assertThat(found.forceDac()).isTrue();
        assertThat(found.remarks()).hasSize(2).first().asString().contains("only x86 kernels know iommu=");
    }

    @Test
    void aDriversStrictWinsWhereverItStands() {
        assertThat(x86("intel_iommu=on,strict iommu.strict=0").strict()).hasValue(true);
        assertThat(x86("iommu.strict=0 amd_iommu=fullflush").strict()).hasValue(true);
        assertThat(x86("iommu.strict=1 iommu.strict=0").strict()).hasValue(false);
        assertThat(x86("iommu.strict=1 iommu.strict=x").strict()).hasValue(true);
        assertThat(x86("intel_iommu=forcedac iommu.forcedac=0").forceDac()).isTrue();
        assertThat(x86("iommu.forcedac=1 iommu.forcedac=0").forceDac()).isFalse();
    }

    @Test
    void intelOptions() {
        IntelIommuOptions found = x86("intel_iommu=on,,sm_on,sp_off,igfx_off intel_iommu=tboot_noforce,pt")
                .intel();
        assertThat(found)
                .isEqualTo(
                        new IntelIommuOptions(Optional.of(true), false, true, false, false, Optional.of(true), true));
        assertThat(x86("intel_iommu=off intel_iommu=on").intel().enabled()).hasValue(true);
        assertThat(x86("intel_iommu=off intel_iommu=on").intel().noPlatformOptIn())
                .isTrue();
        assertThat(x86("intel_iommu=sm_off").intel().scalableMode()).hasValue(false);
        assertThat(x86("").intel().superpages()).isTrue();
    }

    @Test
    void amdOptions() {
        assertThat(x86("amd_iommu=off,force_enable,force_isolation,pgtbl_v2").amd())
                .isEqualTo(new AmdIommuOptions(true, true, true, Optional.of(2)));
        assertThat(x86("amd_iommu=on").amd()).isEqualTo(AmdIommuOptions.NONE);
    }

    @Test
    void memoryPoolsTakeUnitsOfPowersOf1024() {
        MemoryPoolParameters found = MemoryPoolParameters.of(KernelCommandLine.parse(
                "coherent_pool=1M coherent_pool=2m cma=64M@0x10000000-1G cma_pernuma=0x10k numa_cma=0:8M,1:16M"));
        assertThat(found.coherentPool()).hasValue(2 << 20);
        assertThat(found.cma())
                .hasValue(
                        new MemoryPoolParameters.Area(64 << 20, OptionalLong.of(0x10000000), OptionalLong.of(1 << 30)));
        assertThat(found.cmaPerNode()).hasValue(16 << 10);
        assertThat(found.cmaOfNode()).isEqualTo(Map.of(0, 8L << 20, 1, 16L << 20));
        assertThat(found.remarks()).isEmpty();
    }

    @Test
    void aBaseAloneLimitsTheAreaToItsSize() {
        assertThat(MemoryPoolParameters.of(KernelCommandLine.parse("cma=1M@2M")).cma())
                .hasValue(new MemoryPoolParameters.Area(1 << 20, OptionalLong.of(2 << 20), OptionalLong.of(3 << 20)));
        assertThat(MemoryPoolParameters.of(KernelCommandLine.parse("cma=0")).cma())
                .hasValue(new MemoryPoolParameters.Area(0, OptionalLong.empty(), OptionalLong.empty()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            xen_swiotlb=65536          | 0  | there is no such parameter
            quiet swiotlb=force,2048   | 6  | ignores 'force,2048' without a message: force and noforce count only at the very end
            swiotlb=65536k             | 0  | ignores 'k' without a message: the size is a number of slots of 2048 bytes
            swiotlb=1000               | 0  | 1000 slots are rounded up to 1024
            swiotlb=2048,3             | 0  | 3 areas become 4
            swiotlb=512,16             | 0  | 512 slots become 2048
            swiotlb                    | 0  | the kernel needs a value here
            swiotlb_force=1            | 0  | did you mean swiotlb=
            iommu.pt=1                 | 0  | there are iommu.passthrough=, iommu.strict= and iommu.forcedac=
            iommu.strict=maybe         | 0  | it takes 1, 0, y, n, t, f, on or off
            iommu=usedac,off           | 0  | nothing behind 'usedac' is read
            iommu=forcesac             | 0  | is ignored with a warning, but acts like 'force'
            iommu=identity             | 0  | no option of iommu= begins 'identity'
            intel_iommu=pt             | 0  | pass-through is iommu=pt
            amd_iommu=on               | 0  | the AMD IOMMU is on unless
            cma=64MB                   | 0  | ignores 'B'
            coherent_pool=big          | 0  | reads no number here and takes 0
            numa_cma=0:8M,x            | 0  | stops at 'x'
            quiet -- swiotlb=force     | 9  | put it before --
            """)
    void wordsThatDoNothingAreRemarkedOn(String line, int position, String explanation) {
        List<Remark> remarks = CommandLineRemarks.ofX86(KernelCommandLine.parse(line));
        assertThat(remarks).singleElement().satisfies(remark -> {
            assertThat(remark.position()).isEqualTo(position);
            assertThat(remark.explanation()).contains(explanation);
            assertThat(line).contains(remark.word());
        });
    }

    @Test
    void aGoodCommandLineHasNoRemarks() {
        String line =
                "root=/dev/sda1 swiotlb=65536,4,force iommu=pt,soft iommu.strict=1 intel_iommu=on amd_iommu=off cma=64M";
        assertThat(CommandLineRemarks.ofX86(KernelCommandLine.parse(line))).isEmpty();
        assertThat(CommandLineRemarks.ofArm(KernelCommandLine.parse("swiotlb=65536,force iommu.passthrough=1")))
                .isEmpty();
    }

    @Test
    void anOverlongLineIsRemarkedOn() {
        String line = "a ".repeat(1100) + "swiotlb=force";
        assertThat(CommandLineRemarks.ofArm(KernelCommandLine.parse(line)))
                .singleElement()
                .satisfies(remark -> assertThat(remark.position()).isEqualTo(2047));
    }

    private static IommuParameters x86(String line) {
        return IommuParameters.ofX86(KernelCommandLine.parse(line));
    }
}
