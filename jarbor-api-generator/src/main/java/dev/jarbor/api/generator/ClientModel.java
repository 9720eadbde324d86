package dev.jarbor.api.generator;

import com.google.gson.annotations.SerializedName;
import io.kubernetes.client.openapi.models.V1Pod;
import io.swagger.annotations.ApiModel;
import io.swagger.annotations.ApiModelProperty;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * The client's model classes as they are published: class names, JSON fields with their generic Java types, which of
 * them are required, and the texts that explain them.
 *
 * @param classes by class name, such as {@code V1PodSpec}
 */
record ClientModel(TreeMap<String, ModelClass> classes) {
    private static final String FOLDER = "io/kubernetes/client/openapi/models/";
    private static final String PACKAGE = FOLDER.replace('/', '.');

    record ModelClass(String name, String description, List<ModelField> fields) {
        boolean isList() {
            return name.endsWith("List")
                    && fields.stream().anyMatch(field -> field.name().equals("items"));
        }
    }

    record ModelField(String name, Type type, boolean required, String description) {}

    static ClientModel read() throws IOException {
        var classes = new TreeMap<String, ModelClass>();
        for (String name : classNames()) {
            try {
                Class<?> type = Class.forName(PACKAGE + name, false, ClientModel.class.getClassLoader());
                if (declaresJsonFields(type)) {
                    classes.put(name, read(type));
                }
            } catch (ClassNotFoundException gone) {
                throw new IOException("the client's jar lists " + name + " but does not hold it", gone);
            }
        }
        return new ClientModel(classes);
    }

    private static Collection<String> classNames() throws IOException {
        var names = new TreeSet<String>();
        try (var jar = new JarFile(jarOf(V1Pod.class))) {
            for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
                String path = entry.getName();
                if (path.startsWith(FOLDER) && path.endsWith(".class") && !path.contains("$")) {
                    names.add(path.substring(FOLDER.length(), path.length() - ".class".length()));
                }
            }
        }
        return names;
    }

    private static boolean declaresJsonFields(Class<?> type) {
        return type.isAnnotationPresent(ApiModel.class) || !jsonFields(type).isEmpty();
    }

    private static List<Field> jsonFields(Class<?> type) {
        var fields = new ArrayList<Field>();
        for (Field field : type.getDeclaredFields()) {
            if (field.isAnnotationPresent(SerializedName.class)) {
                fields.add(field);
            }
        }
        fields.sort(Comparator.comparing(Field::getName)); // reflection promises no order
        return fields;
    }

    private static ModelClass read(Class<?> type) {
        Set<String> required = requiredFields(type);
        var fields = new ArrayList<ModelField>();
        for (Field field : jsonFields(type)) {
            String name = field.getAnnotation(SerializedName.class).value();
            fields.add(new ModelField(name, field.getGenericType(), required.contains(name), getterText(type, field)));
        }
        ApiModel model = type.getAnnotation(ApiModel.class);
        return new ModelClass(type.getSimpleName(), model == null ? "" : model.description(), List.copyOf(fields));
    }

    @SuppressWarnings("unchecked")
    private static Set<String> requiredFields(Class<?> type) {
        try {
            return (Set<String>) type.getField("openapiRequiredFields").get(null);
        } catch (ReflectiveOperationException different) {
            throw new IllegalStateException(type + " does not say which fields are required", different);
        }
    }

    private static String getterText(Class<?> type, Field field) {
        for (Method method : type.getDeclaredMethods()) {
            if (method.getParameterCount() == 0
                    && lettersOf(method.getName()).equals("get" + lettersOf(field.getName()))) {
                return text(method);
            }
        }
        return "";
    }

    private static String lettersOf(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
    }

    private static String text(AnnotatedElement element) {
        ApiModelProperty property = element.getAnnotation(ApiModelProperty.class);
        return property == null ? "" : property.value();
    }

    static String jarOf(Class<?> type) throws IOException {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException odd) {
            throw new IOException(odd);
        }
    }
}
