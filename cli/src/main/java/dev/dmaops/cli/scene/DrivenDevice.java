package dev.dmaops.cli.scene;

import dev.dmaops.cli.workload.DeviceReport;

/**
 * A device of a scene.
 *
 * @param why why it has its backend, in a few words
 * @param report what came of driving it
 */
public record DrivenDevice(String why, DeviceReport report) {}
