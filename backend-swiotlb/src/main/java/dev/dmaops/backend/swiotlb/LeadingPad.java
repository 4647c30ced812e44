package dev.dmaops.backend.swiotlb;

/**
 * 128 bytes before the fields of whoever extends it, so that no other object shares their cache line or its neighbour. Behind its
 * fields each class has as many bytes of its own.
 */
@SuppressWarnings("unused") // padding
abstract class LeadingPad {
    /** Takes the four bytes behind a header of twelve, where the lock word would land, in the line of what was allocated before. */
    private int gap;

    private long a0;
    private long a1;
    private long a2;
    private long a3;
    private long a4;
    private long a5;
    private long a6;
    private long a7;
    private long a8;
    private long a9;
    private long a10;
    private long a11;
    private long a12;
    private long a13;
    private long a14;
    private long a15;
}
