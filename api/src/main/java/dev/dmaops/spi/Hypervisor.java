package dev.dmaops.spi;

import java.util.Optional;

/**
 * What runs below the kernel.
 *
 * @param kind what kind of domain this is
 * @param initialDomain whether it is dom0
 * @param autoTranslated XENFEAT_auto_translated_physmap; empty when not reported
 * @param directMapped XENFEAT_direct_mapped; empty when not reported
 * @param notDirectMapped XENFEAT_not_direct_mapped; empty when not reported
 * @param pvPciPossible whether a PV guest's memory map has a reserved entry, as a host's has
 * @param cacheFlush whether the grant table's cache maintenance call exists
 * @param unpopulatedPages whether there is address space without RAM where pages of other domains can appear, which on Arm Xen tells
 *     of (extended regions); without it the kernel gives RAM back to Xen for them
 * @param origin where this came from
 */
public record Hypervisor(
        Kind kind,
        boolean initialDomain,
        Optional<Boolean> autoTranslated,
        Optional<Boolean> directMapped,
        Optional<Boolean> notDirectMapped,
        boolean pvPciPossible,
        boolean cacheFlush,
        boolean unpopulatedPages,
        String origin) {
    /** No hypervisor, or none that matters. */
    public static final Hypervisor NONE = new Hypervisor(
            Kind.NATIVE, false, Optional.empty(), Optional.empty(), Optional.empty(), false, false, "default");

    /** With address space for pages of other domains. */
    public Hypervisor(
            Kind kind,
            boolean initialDomain,
            Optional<Boolean> autoTranslated,
            Optional<Boolean> directMapped,
            Optional<Boolean> notDirectMapped,
            boolean pvPciPossible,
            boolean cacheFlush,
            String origin) {
        this(
                kind,
                initialDomain,
                autoTranslated,
                directMapped,
                notDirectMapped,
                pvPciPossible,
                cacheFlush,
                true,
                origin);
    }

    /** The same where pages of other domains need RAM given back to Xen. */
    public Hypervisor withoutUnpopulatedPages() {
        return new Hypervisor(
                kind,
                initialDomain,
                autoTranslated,
                directMapped,
                notDirectMapped,
                pvPciPossible,
                cacheFlush,
                false,
                origin);
    }

    /** Kinds of domains. */
    public enum Kind {
        /** Not under Xen. */
        NATIVE("native"),
        /** x86 paravirtualised. */
        XEN_PV("xen-pv"),
        /** x86 fully virtualised. */
        XEN_HVM("xen-hvm"),
        /** x86 PVH. */
        XEN_PVH("xen-pvh"),
        /** Arm. */
        XEN_ARM("xen-arm");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** The word used in messages. */
        public String text() {
            return text;
        }
    }

    /** Whether the kernel runs in any Xen domain. */
    public boolean isXen() {
        return kind != Kind.NATIVE;
    }
}
