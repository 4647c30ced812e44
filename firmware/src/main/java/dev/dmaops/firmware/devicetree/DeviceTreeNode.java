package dev.dmaops.firmware.devicetree;

import dev.dmaops.firmware.FirmwareException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One node of a {@link DeviceTree}. Two nodes are equal only if they are the same node of the same tree. */
public final class DeviceTreeNode {
    private final @Nullable DeviceTreeNode parent;
    private final String name;
    private Map<String, DeviceTreeProperty> properties = Map.of();
    private List<DeviceTreeNode> children = List.of();
    private @Nullable DeviceTree tree;

    DeviceTreeNode(@Nullable DeviceTreeNode parent, String name) {
        this.parent = parent;
        this.name = name;
    }

    // The reader fills a node before anybody else sees it; afterwards it never changes.

    void add(DeviceTreeProperty property) {
        if (properties.isEmpty()) {
            properties = new LinkedHashMap<>();
        }
        properties.put(property.name(), property);
    }

    void add(DeviceTreeNode child) {
        if (children.isEmpty()) {
            children = new ArrayList<>();
        }
        children.add(child);
    }

    void freeze(DeviceTree owner) {
        tree = owner;
        properties = Collections.unmodifiableMap(properties);
        children = List.copyOf(children);
    }

    /** {@return the tree this node belongs to} */
    public DeviceTree tree() {
        DeviceTree owner = tree;
        if (owner == null) {
            throw new IllegalStateException("the node is still being read");
        }
        return owner;
    }

    /** {@return the name with the unit address, {@code mmc@7e300000}; empty for the root} */
    public String name() {
        return name;
    }

    /** {@return the name without the unit address, {@code mmc}} */
    public String baseName() {
        int at = name.indexOf('@');
        return at < 0 ? name : name.substring(0, at);
    }

    /** {@return what follows the {@code @} of the name, {@code 7e300000}; empty if there is none} */
    public Optional<String> unitAddress() {
        int at = name.indexOf('@');
        return at < 0 ? Optional.empty() : Optional.of(name.substring(at + 1));
    }

    /** {@return the absolute path, {@code /soc/mmc@7e300000}; {@code /} for the root} */
    public String path() {
        Deque<String> names = new ArrayDeque<>();
        for (DeviceTreeNode n = this; n != null && n.parent != null; n = n.parent) {
            names.addFirst(n.name);
        }
        return "/" + String.join("/", names);
    }

    /** {@return the parent node, or empty for the root} */
    public Optional<DeviceTreeNode> parent() {
        return Optional.ofNullable(parent);
    }

    /** {@return the children in document order} */
    public List<DeviceTreeNode> children() {
        return children;
    }

    /**
     * Finds a child.
     *
     * @param childName the exact name, with its unit address if it has one
     * @return the child, or empty
     */
    public Optional<DeviceTreeNode> child(String childName) {
        return children.stream().filter(child -> child.name.equals(childName)).findFirst();
    }

    /** {@return the properties in document order} */
    public Collection<DeviceTreeProperty> properties() {
        return properties.values();
    }

    /**
     * Finds a property.
     *
     * @param propertyName the exact name
     * @return the property, or empty if the node does not have it
     */
    public Optional<DeviceTreeProperty> property(String propertyName) {
        return Optional.ofNullable(properties.get(propertyName));
    }

    /**
     * Asks for a property as a flag.
     *
     * @param propertyName the exact name
     * @return whether the node has the property, whatever its value
     */
    public boolean has(String propertyName) {
        return properties.containsKey(propertyName);
    }

    /** {@return the {@code compatible} strings, most specific first; empty if there are none} */
    public List<String> compatible() {
        return property("compatible").map(DeviceTreeProperty::strings).orElse(List.of());
    }

    /**
     * Asks whether {@link #compatible()} names a device or bus type. Letter case does not matter, as in Linux.
     *
     * @param type the type, {@code simple-bus}
     * @return whether it is listed
     */
    public boolean isCompatible(String type) {
        return compatible().stream().anyMatch(type::equalsIgnoreCase);
    }

    /** {@return the {@code status} as written, {@code okay} if the node has none} */
    public String status() {
        return property("status").map(DeviceTreeProperty::string).orElse("okay");
    }

    /** {@return whether the node's own status is {@code okay}, {@code ok} or absent; those of its parents do not count} */
    public boolean available() {
        String status = status();
        return status.equals("okay") || status.equals("ok");
    }

    /**
     * The number other nodes refer to this one by.
     *
     * @return the phandle, an unsigned 32-bit number; empty if the node has none
     * @throws FirmwareException if the property is not one cell
     */
    public Optional<Long> phandle() {
        return property("phandle").or(() -> property("linux,phandle")).map(p -> p.cell(0));
    }

    @Override
    public String toString() {
        return path();
    }
}
