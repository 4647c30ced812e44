package dev.dmaops.machine.linux.memory;

/**
 * A stretch of memory that stays where it is.
 *
 * @param physical first physical address
 * @param bytes length; whole pages
 * @param descriptor the file that it is mapped from
 * @param offset first byte within the file
 */
record Piece(long physical, long bytes, int descriptor, long offset) {}
