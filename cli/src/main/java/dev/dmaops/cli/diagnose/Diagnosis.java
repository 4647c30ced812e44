package dev.dmaops.cli.diagnose;

import java.util.List;

/**
 * What a kernel log says about DMA. The components are the fields of {@code --json}.
 *
 * @param source how the user knows the log
 * @param lines how many lines it has
 * @param bootCount how many boots it shows
 * @param boots the boots; of many, those with findings and the first ones
 * @param complaints how many lines complain
 * @param findings the complaints, one for each device and kind, in the order of their first lines
 * @param leftOut complaints beyond the first thousand kinds and devices, which are counted only
 */
public record Diagnosis(
        String source,
        long lines,
        int bootCount,
        List<BootReport> boots,
        long complaints,
        List<Finding> findings,
        long leftOut) {}
