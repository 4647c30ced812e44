package dev.dmaops.integration.house;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** A pom.xml as written, without what it inherits. */
record PomFile(Path path, Element project) {
    private static final String OURS = "dmaops-";

    static PomFile of(String folder) {
        Path path = Repository.ROOT.resolve(folder).resolve("pom.xml").normalize();
        try {
            return new PomFile(
                    path,
                    DocumentBuilderFactory.newInstance()
                            .newDocumentBuilder()
                            .parse(path.toFile())
                            .getDocumentElement());
        } catch (IOException | SAXException | ParserConfigurationException e) {
            throw new IllegalStateException("cannot read " + path, e);
        }
    }

    /** Folders of our modules that this pom depends on with one of the scopes; no scope counts as compile. */
    Set<String> edges(String... scopes) {
        Set<String> wanted = Set.of(scopes);
        return children(child(project, "dependencies"), "dependency").stream()
                .filter(dependency -> text(dependency, "artifactId").startsWith(OURS))
                .filter(dependency -> wanted.contains(scope(dependency)))
                .map(dependency -> folder(text(dependency, "artifactId").substring(OURS.length())))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** An artifact is called as its folder, but for the examples, which share one. */
    private static String folder(String artifact) {
        return artifact.replaceFirst("^example-", "examples/");
    }

    private static String scope(Element dependency) {
        String scope = text(dependency, "scope");
        return scope.isEmpty() ? "compile" : scope;
    }

    /** Every element of the file. */
    List<Element> elements() {
        var all = project.getElementsByTagName("*");
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < all.getLength(); i++) {
            elements.add((Element) all.item(i));
        }
        return elements;
    }

    /** The texts at a path of element names below {@code project}. */
    List<String> texts(String... names) {
        List<Element> at = List.of(project);
        for (String name : names) {
            at = at.stream().flatMap(e -> children(List.of(e), name).stream()).toList();
        }
        return at.stream().map(e -> e.getTextContent().strip()).toList();
    }

    private static List<Element> child(Element parent, String name) {
        return children(List.of(parent), name);
    }

    private static List<Element> children(List<Element> parents, String name) {
        List<Element> found = new ArrayList<>();
        for (Element parent : parents) {
            for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
                if (node instanceof Element element && element.getTagName().equals(name)) {
                    found.add(element);
                }
            }
        }
        return found;
    }

    private static String text(Element parent, String name) {
        return children(List.of(parent), name).stream()
                .map(e -> e.getTextContent().strip())
                .collect(Collectors.joining());
    }
}
