package org.jevent.sim.junit;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jevent.sim.Campaign;
import org.jevent.sim.Choices;
import org.jevent.sim.SimulationFailure;
import org.jevent.sim.SimulationReport;
import org.jevent.sim.World;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/** Runs the method once for each world. */
final class SimulationExtension implements ParameterResolver, InvocationInterceptor {
  private static final String SEED = "jevent.sim.seed";
  private static final String CHOICES = "jevent.sim.choices";

  private static boolean isOfWorld(final Class<?> type) {
    return type == World.class || type == Choices.class;
  }

  /** Other parameters are left to other resolvers, such as that of {@code TestInfo}. */
  @Override
  public boolean supportsParameter(
      final ParameterContext parameter, final ExtensionContext context) {
    return isOfWorld(parameter.getParameter().getType());
  }

  /** Each world has its own: see below. */
  @Override
  public Object resolveParameter(final ParameterContext parameter, final ExtensionContext context) {
    if (!parameter.getDeclaringExecutable().equals(context.getTestMethod().orElse(null))) {
      throw new ParameterResolutionException(
          parameter.getDeclaringExecutable()
              + " runs once and not for each world: only the test method itself has a "
              + parameter.getParameter().getType().getSimpleName());
    }
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
    if (!List.of(method.getParameterTypes()).contains(World.class)) {
      throw new ExtensionConfigurationException(
          "@SimulationTest " + method + " has no parameter of type " + World.class.getName());
    }
    final Assumed body = new Assumed(world -> call(called, world));
    final SimulationTest asked = method.getAnnotation(SimulationTest.class);
    final String name = context.getRequiredTestClass().getName() + "." + method.getName();
    final Campaign campaign =
        Campaign.of(name, body)
            .seeds(Integer.getInteger("jevent.sim.seeds", asked.seeds()))
            .jobs(Integer.getInteger("jevent.sim.jobs", asked.jobs()))
            .repeatable(Boolean.getBoolean("jevent.sim.repeatable"))
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
    body.requireAWorld();
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

  /** A body whose assumptions may fail: such a world says nothing, and the others count. */
  private static final class Assumed implements Consumer<World> {
    private final Consumer<World> body;
    private volatile TestAbortedException aborted;
    private volatile boolean done;

    Assumed(final Consumer<World> body) {
      this.body = body;
    }

    @Override
    public void accept(final World world) {
      try {
        body.accept(world);
        done = true;
      } catch (final TestAbortedException e) {
        aborted = e;
      } catch (final SimulationFailure e) {
        if (!(e.getCause() instanceof TestAbortedException inWorld)) {
          throw e;
        }
        aborted = inWorld;
      }
    }

    /** The assumptions of at least one world have held. */
    void requireAWorld() {
      if (!done && aborted != null) {
        throw aborted;
      }
    }
  }

  private static void call(final ReflectiveInvocationContext<Method> called, final World world) {
    final Method method = called.getExecutable();
    final Object target = called.getTarget().orElse(null);
    final Class<?>[] types = method.getParameterTypes();
    final Object[] arguments = called.getArguments().toArray();
    for (int i = 0; i < types.length; i++) {
      if (isOfWorld(types[i])) {
        arguments[i] = types[i] == World.class ? world : world.choices();
      }
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
