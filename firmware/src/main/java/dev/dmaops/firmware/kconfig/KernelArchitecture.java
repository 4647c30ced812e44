package dev.dmaops.firmware.kconfig;

import java.util.Optional;

/** The architectures whose DMA rules are known here, told apart as Linux's Kconfig does. */
public enum KernelArchitecture {
    /** 64-bit x86 ({@code CONFIG_X86_64}). */
    X86_64("x86_64", "x86"),
    /** 32-bit x86 ({@code CONFIG_X86_32}). */
    X86_32("x86_32", "x86"),
    /** 32-bit Arm ({@code CONFIG_ARM}). */
    ARM("arm", "arm"),
    /** 64-bit Arm ({@code CONFIG_ARM64}). */
    ARM64("arm64", "arm64");

    private final String id;
    private final String directory;

    KernelArchitecture(String id, String directory) {
        this.id = id;
        this.directory = directory;
    }

    /** {@return the name in messages and rules: {@code x86_64}, {@code x86_32}, {@code arm} or {@code arm64}} */
    public String id() {
        return id;
    }

    /** {@return the folder below {@code arch/} in the kernel's sources: {@code x86}, {@code arm} or {@code arm64}} */
    public String directory() {
        return directory;
    }

    /**
     * {@return the architecture of this {@link #id()}, or empty}
     *
     * @param id a name as {@link #id()} returns it
     */
    public static Optional<KernelArchitecture> of(String id) {
        for (KernelArchitecture architecture : values()) {
            if (architecture.id.equals(id)) {
                return Optional.of(architecture);
            }
        }
        return Optional.empty();
    }

    /** {@return the same as {@link #id()}} */
    @Override
    public String toString() {
        return id;
    }
}
