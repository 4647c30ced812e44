package dev.dmaops.platform.arm;

import dev.dmaops.spi.BusFrames;
import org.jspecify.annotations.Nullable;

/**
 * Ranges of foreign frames in a red-black tree ordered by first frame, as Linux keeps them (arch/arm/xen/p2m.c with lib/rbtree.c,
 * 6.12).
 *
 * <p>Ranges may overlap as long as they begin at different frames. What {@link #find} says then depends on the shape of the tree,
 * so the balancing is Linux's: the successor takes the place of a removed entry with two children. Not for several threads at once.
 */
final class ForeignTree {
    private @Nullable Entry root;
    private int size;

    /** One range. */
    static final class Entry {
        private final long pfn;
        private final long mfn;
        private final long frames;
        private @Nullable Entry left;
        private @Nullable Entry right;
        private @Nullable Entry parent;
        private boolean red = true;

        private Entry(long pfn, long mfn, long frames) {
            this.pfn = pfn;
            this.mfn = mfn;
            this.frames = frames;
        }

        /** First frame as the kernel sees it. */
        long pfn() {
            return pfn;
        }

        /** First machine frame. */
        long mfn() {
            return mfn;
        }

        /** Length. */
        long frames() {
            return frames;
        }

        private boolean contains(long frame) {
            return Long.compareUnsigned(frame - pfn, frames) < 0;
        }
    }

    /** Number of ranges. */
    int size() {
        return size;
    }

    /** The range that begins there, or null. */
    @Nullable
    Entry startingAt(long pfn) {
        Entry at = root;
        while (at != null && at.pfn != pfn) {
            at = pfn < at.pfn ? at.left : at.right;
        }
        return at;
    }

    /** Adds a range, unless one begins at the same frame. */
    boolean insert(long pfn, long mfn, long frames) {
        Entry above = null;
        Entry at = root;
        while (at != null) {
            if (at.pfn == pfn) {
                return false;
            }
            above = at;
            at = pfn < at.pfn ? at.left : at.right;
        }
        Entry fresh = new Entry(pfn, mfn, frames);
        fresh.parent = above;
        if (above == null) {
            root = fresh;
        } else if (pfn < above.pfn) {
            above.left = fresh;
        } else {
            above.right = fresh;
        }
        size++;
        balanceAfterInsert(fresh);
        return true;
    }

    /** The first range on the way down that contains the frame, or null. */
    @Nullable
    Entry find(long pfn) {
        Entry at = root;
        while (at != null && !at.contains(pfn)) {
            at = pfn < at.pfn ? at.left : at.right;
        }
        return at;
    }

    /** The machine frame behind a frame, or {@link BusFrames#NO_FRAME}. */
    long lookup(long pfn) {
        Entry entry = find(pfn);
        return entry == null ? BusFrames.NO_FRAME : entry.mfn + (pfn - entry.pfn);
    }

    /** Whether a range shares frames with its neighbours in the order. True too seldom only when ranges overlap already. */
    boolean touches(long pfn, long frames) {
        Entry at = root;
        while (at != null) {
            if (at.pfn < pfn + frames && pfn < at.pfn + at.frames) {
                return true;
            }
            at = pfn < at.pfn ? at.left : at.right;
        }
        return false;
    }

    /** Whether any two ranges share frames. */
    boolean hasOverlap() {
        long end = Long.MIN_VALUE;
        for (Entry at = first(root); at != null; at = next(at)) {
            if (at.pfn < end) {
                return true;
            }
            end = Math.max(end, at.pfn + at.frames);
        }
        return false;
    }

    /** The range that begins lowest, or null. */
    @Nullable
    Entry first() {
        return first(root);
    }

    /** The range that begins next, or null. */
    static @Nullable Entry next(Entry entry) {
        if (entry.right != null) {
            return first(entry.right);
        }
        Entry at = entry;
        Entry above = at.parent;
        while (above != null && at == above.right) {
            at = above;
            above = above.parent;
        }
        return above;
    }

    private static @Nullable Entry first(@Nullable Entry from) {
        Entry at = from;
        while (at != null && at.left != null) {
            at = at.left;
        }
        return at;
    }

    private void balanceAfterInsert(Entry inserted) {
        Entry at = inserted;
        Entry above = at.parent;
        while (above != null && above.red) {
            Entry top = above.parent;
            if (top == null) {
                break;
            }
            boolean onLeft = above == top.left;
            Entry uncle = onLeft ? top.right : top.left;
            if (uncle != null && uncle.red) {
                above.red = false;
                uncle.red = false;
                top.red = true;
                at = top;
                above = at.parent;
                continue;
            }
            if (at == (onLeft ? above.right : above.left)) {
                rotate(above, onLeft);
                above = at;
            }
            above.red = false;
            top.red = true;
            rotate(top, !onLeft);
            break;
        }
        if (root != null) {
            root.red = false;
        }
    }

    /** Removes a range of this tree. */
    void remove(Entry gone) {
        size--;
        Entry child;
        Entry above;
        boolean blackLost;
        if (gone.left == null || gone.right == null) {
            child = gone.left == null ? gone.right : gone.left;
            above = gone.parent;
            blackLost = !gone.red;
            replace(gone, child);
        } else {
            Entry heir = first(gone.right);
            if (heir == null) {
                throw new IllegalStateException("no successor");
            }
            child = heir.right;
            blackLost = !heir.red;
            if (heir.parent == gone) {
                above = heir;
            } else {
                above = heir.parent;
                replace(heir, child);
                heir.right = gone.right;
                heir.right.parent = heir;
            }
            replace(gone, heir);
            heir.left = gone.left;
            heir.left.parent = heir;
            heir.red = gone.red;
        }
        if (blackLost) {
            balanceAfterRemove(child, above);
        }
    }

    private void balanceAfterRemove(@Nullable Entry from, @Nullable Entry fromAbove) {
        Entry at = from;
        Entry above = fromAbove;
        while (above != null && !isRed(at)) {
            boolean onLeft = at == above.left;
            Entry sibling = onLeft ? above.right : above.left;
            if (sibling != null && sibling.red) {
                sibling.red = false;
                above.red = true;
                rotate(above, onLeft);
                sibling = onLeft ? above.right : above.left;
            }
            if (sibling == null) {
                throw new IllegalStateException("unbalanced");
            }
            Entry far = onLeft ? sibling.right : sibling.left;
            Entry near = onLeft ? sibling.left : sibling.right;
            if (!isRed(far) && !isRed(near)) {
                sibling.red = true;
                at = above;
                above = at.parent;
                continue;
            }
            if (!isRed(far) && near != null) {
                near.red = false;
                sibling.red = true;
                rotate(sibling, !onLeft);
                far = sibling;
                sibling = near;
            }
            sibling.red = above.red;
            above.red = false;
            if (far != null) {
                far.red = false;
            }
            rotate(above, onLeft);
            return;
        }
        if (at != null) {
            at.red = false;
        }
    }

    /** Black entries on every way down, or -1 when the colours break a rule. For tests. */
    int blackHeight() {
        return root != null && root.red ? -1 : blackHeight(root);
    }

    private static int blackHeight(@Nullable Entry entry) {
        if (entry == null) {
            return 0;
        }
        int left = blackHeight(entry.left);
        boolean redBelowRed = entry.red && (isRed(entry.left) || isRed(entry.right));
        return left < 0 || left != blackHeight(entry.right) || redBelowRed ? -1 : left + (entry.red ? 0 : 1);
    }

    private static boolean isRed(@Nullable Entry entry) {
        return entry != null && entry.red;
    }

    /** Puts a child in the place of its parent. */
    private void rotate(Entry down, boolean toLeft) {
        Entry up = toLeft ? down.right : down.left;
        if (up == null) {
            throw new IllegalStateException("nothing to rotate");
        }
        replace(down, up);
        Entry middle = toLeft ? up.left : up.right;
        if (toLeft) {
            down.right = middle;
            up.left = down;
        } else {
            down.left = middle;
            up.right = down;
        }
        if (middle != null) {
            middle.parent = down;
        }
        down.parent = up;
    }

    private void replace(Entry old, @Nullable Entry fresh) {
        Entry above = old.parent;
        if (above == null) {
            root = fresh;
        } else if (old == above.left) {
            above.left = fresh;
        } else {
            above.right = fresh;
        }
        if (fresh != null) {
            fresh.parent = above;
        }
    }
}
