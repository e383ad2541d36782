package org.jevent.sim.junit;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
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

/** Runs the method once for each world, with the instance and the methods around it. */
final class SimulationExtension implements ParameterResolver, InvocationInterceptor {
  private static final String SEED = "jevent.sim.seed";
  private static final String CHOICES = "jevent.sim.choices";

  /** The world that the thread runs. */
  private static final ThreadLocal<World> RUNNING = new ThreadLocal<>();

  /** Other parameters are left to other resolvers, such as that of {@code TestInfo}. */
  @Override
  public boolean supportsParameter(
      final ParameterContext parameter, final ExtensionContext context) {
    final Class<?> type = parameter.getParameter().getType();
    return type == World.class || type == Choices.class;
  }

  /** Null in calls that are JUnit's own, which are skipped. */
  @Override
  public Object resolveParameter(final ParameterContext parameter, final ExtensionContext context) {
    final Executable called = parameter.getDeclaringExecutable();
    final Class<?> type = parameter.getParameter().getType();
    if (called instanceof Constructor) {
      throw new ParameterResolutionException(
          called + " has no " + type.getSimpleName() + ": take it in the test or before each one");
    }
    final World world = RUNNING.get();
    return world == null || type == World.class ? world : world.choices();
  }

  @Override
  public void interceptBeforeEachMethod(
      final Invocation<Void> invocation,
      final ReflectiveInvocationContext<Method> called,
      final ExtensionContext context) {
    invocation.skip(); // it runs for each world instead
  }

  @Override
  public void interceptAfterEachMethod(
      final Invocation<Void> invocation,
      final ReflectiveInvocationContext<Method> called,
      final ExtensionContext context) {
    invocation.skip(); // it runs for each world instead
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
    final Lifecycle lifecycle = new Lifecycle(context);
    lifecycle.requireOwnFields();
    final Assumed body = new Assumed(world -> run(lifecycle, world));
    final SimulationTest asked = method.getAnnotation(SimulationTest.class);
    final String name = context.getRequiredTestClass().getName() + "." + method.getName();
    final Campaign campaign =
        Campaign.of(name, body)
            .seeds(Integer.getInteger("jevent.sim.seeds", asked.seeds()))
            .jobs(lifecycle.isShared() ? 1 : Integer.getInteger("jevent.sim.jobs", asked.jobs()))
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

  private void run(final Lifecycle lifecycle, final World world) {
    RUNNING.set(world);
    try {
      lifecycle.run();
    } catch (final RuntimeException | Error e) {
      throw e;
    } catch (final Throwable e) {
      throw new IllegalStateException(e);
    } finally {
      RUNNING.remove();
    }
  }
}
