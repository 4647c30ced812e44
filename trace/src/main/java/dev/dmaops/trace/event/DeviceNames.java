package dev.dmaops.trace.event;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Names of devices as small numbers, so that no line makes a string. */
public final class DeviceNames {
    private final List<byte[]> names = new ArrayList<>();

    /** No names yet. */
    public DeviceNames() {}

    /** The number of the name in these bytes, from 0. */
    int number(byte[] bytes, int from, int to) {
        for (int i = 0; i < names.size(); i++) {
            byte[] name = names.get(i);
            if (Arrays.equals(name, 0, name.length, bytes, from, to)) {
                return i;
            }
        }
        names.add(Arrays.copyOfRange(bytes, from, to));
        return names.size() - 1;
    }

    /** How many there are. */
    public int count() {
        return names.size();
    }

    /** The name behind a number. */
    public String name(int number) {
        return new String(names.get(number), StandardCharsets.UTF_8);
    }
}
