package org.jevent.sim.junit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import org.jevent.sim.Campaign;
import org.jevent.sim.Choices;
import org.jevent.sim.SimulationReport;
import org.jevent.sim.World;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Runs the method once for each world. */
final class SimulationExtension implements ParameterResolver, InvocationInterceptor {
  private static final String SEED = "jevent.sim.seed";
  private static final String CHOICES = "jevent.sim.choices";

  @Override
  public boolean supportsParameter(
      final ParameterContext parameter, final ExtensionContext context) {
    final Class<?> type = parameter.getParameter().getType();
    return type == World.class || type == Choices.class;
  }

  /** Each world has its own: see below. */
  @Override
  public Object resolveParameter(final ParameterContext parameter, final ExtensionContext context) {
    return null;
  }

  @Override
  public void interceptTestMethod(
      final Invocation<Void> invocation,
      final ReflectiveInvocationContext<Method> called,
      final ExtensionContext context)
      throws Throwable {
    invocation.skip();
    final Method method = called.getExecutable();
    final Object target = called.getTarget().orElse(null);
    final SimulationTest asked = method.getAnnotation(SimulationTest.class);
    final String name = context.getRequiredTestClass().getName() + "." + method.getName();
    final Campaign campaign =
        Campaign.of(name, world -> call(method, target, world))
            .seeds(Integer.getInteger("jevent.sim.seeds", asked.seeds()))
            .swarm(asked.swarm())
            .shrink(!"false".equals(System.getProperty("jevent.sim.shrink")))
            .directory(Path.of(System.getProperty("jevent.sim.directory", "target/sim")))
            .records(
                Path.of(
                    "src/test/resources/sim",
                    context.getRequiredTestClass().getSimpleName(),
                    method.getName()));
    if (asked.seconds() > 0) {
      campaign.budget(Duration.ofSeconds(asked.seconds()));
    }
    final SimulationReport report = run(campaign, asked);
    context.publishReportEntry("simulation", report.toString());
  }

  private static SimulationReport run(final Campaign campaign, final SimulationTest asked) {
    final String choices = System.getProperty(CHOICES);
    if (choices != null) {
      return campaign.replay(Path.of(choices));
    }
    final String seed = System.getProperty(SEED);
    if (seed != null) {
      return campaign.run(number(seed));
    }
    return asked.exhaustive() > 0 ? campaign.runAll(asked.exhaustive()) : campaign.run();
  }

  private static long number(final String seed) {
    return seed.startsWith("0x")
        ? Long.parseUnsignedLong(seed.substring(2), 16)
        : Long.parseLong(seed);
  }

  private static void call(final Method method, final Object target, final World world) {
    final Class<?>[] types = method.getParameterTypes();
    final Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      arguments[i] = types[i] == World.class ? world : world.choices();
    }
    try {
      method.setAccessible(true);
      method.invoke(target, arguments);
    } catch (final InvocationTargetException e) {
      throwUnchecked(e.getCause());
    } catch (final IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void throwUnchecked(final Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    throw new IllegalStateException(thrown);
  }
}
