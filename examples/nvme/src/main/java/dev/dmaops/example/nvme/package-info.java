/** A driver of NVMe disks, written on the api alone: it runs on a simulated controller and on a real one. */
@NullMarked
package dev.dmaops.example.nvme;

import org.jspecify.annotations.NullMarked;
