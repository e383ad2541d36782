package org.jevent.sim.junit;

import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExecutableInvoker;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;

/**
 * What JUnit does for a test method, done for each world: a new instance of the class, the methods
 * before, the test itself, the methods after. It keeps nothing of a world, and several threads may
 * run worlds at the same time.
 */
final class Lifecycle {
  private final ExecutableInvoker invoker;
  private final Method test;
  private final List<Level> levels = new ArrayList<>();
  private final boolean shared;

  /** A class: the test's own, or one that it is nested in. */
  private record Level(Object ofJunit, List<Method> before, List<Method> after) {
    static Level of(final Object instance) {
      final Class<?> type = instance.getClass();
      return new Level(
          instance,
          methods(type, BeforeEach.class, HierarchyTraversalMode.TOP_DOWN),
          methods(type, AfterEach.class, HierarchyTraversalMode.BOTTOM_UP));
    }

    private static List<Method> methods(
        final Class<?> type,
        final Class<? extends Annotation> annotation,
        final HierarchyTraversalMode order) {
      return AnnotationSupport.findAnnotatedMethods(type, annotation, order);
    }
  }

  Lifecycle(final ExtensionContext context) {
    invoker = context.getExecutableInvoker();
    test = context.getRequiredTestMethod();
    for (final Object instance : context.getRequiredTestInstances().getAllInstances()) {
      levels.add(Level.of(instance));
    }
    shared =
        context.getTestInstanceLifecycle().equals(Optional.of(TestInstance.Lifecycle.PER_CLASS));
  }

  /** Whether all worlds share one instance, as the class asks for. */
  boolean isShared() {
    return shared;
  }

  /** One of each class; the test's own is the last. */
  private List<Object> instances() {
    final List<Object> made = new ArrayList<>();
    for (final Level level : levels) {
      made.add(
          shared ? level.ofJunit : made(level, made.isEmpty() ? null : made.get(made.size() - 1)));
    }
    return made;
  }

  private Object made(final Level level, final Object outer) {
    // JUnit has seen to it that there is one; compilers may add others
    return Arrays.stream(level.ofJunit.getClass().getDeclaredConstructors())
        .filter(constructor -> !constructor.isSynthetic())
        .map(constructor -> (Object) invoker.invoke(constructor, outer))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Refuses a class with fields that another extension has filled. It knows JUnit's own instance
   * only, and those of worlds would lack them.
   */
  void requireOwnFields() {
    final List<Object> made = instances();
    for (int i = 0; i < made.size(); i++) {
      final Object fresh = made.get(i);
      final Object filled = levels.get(i).ofJunit;
      final List<Field> foreign =
          ReflectionSupport.findFields(
              filled.getClass(),
              field -> value(field, fresh) == null && value(field, filled) != null,
              HierarchyTraversalMode.TOP_DOWN);
      if (!foreign.isEmpty()) {
        throw new ExtensionConfigurationException(
            "each world has a new instance of the test, in which no other extension fills "
                + foreign.get(0)
                + ": make it static, or take what it has as a parameter");
      }
    }
  }

  /** The value of a field of an instance; null: it has none. */
  private static Object value(final Field field, final Object instance) {
    return Modifier.isStatic(field.getModifiers())
        ? null
        : ReflectionSupport.tryToReadFieldValue(field, instance).toOptional().orElse(null);
  }

  /** Runs the test once. */
  void run() throws Throwable {
    final List<Object> instances = instances();
    Throwable thrown = null;
    try {
      for (int i = 0; i < instances.size(); i++) {
        for (final Method before : levels.get(i).before) {
          invoker.invoke(before, instances.get(i));
        }
      }
      invoker.invoke(test, instances.get(instances.size() - 1));
    } catch (final Throwable e) {
      thrown = e;
    }
    for (int i = instances.size() - 1; i >= 0; i--) {
      for (final Method after : levels.get(i).after) {
        try {
          invoker.invoke(after, instances.get(i));
        } catch (final Throwable e) {
          thrown = both(thrown, e);
        }
      }
    }
    if (thrown != null) {
      throw thrown;
    }
  }

  /** The first problem, to which the second is added. */
  private static Throwable both(final Throwable first, final Throwable second) {
    if (first == null) {
      return second;
    }
    if (first != second) {
      first.addSuppressed(second);
    }
    return first;
  }
}
