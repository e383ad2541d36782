package org.jevent.sim.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jevent.sim.Choices;
import org.jevent.sim.World;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that runs in many simulated worlds. Its parameters are the {@link World}, which it must
 * have, and, if it wants them, {@link Choices} and what other extensions resolve. Half of the seeds
 * are the same each time, the others are new. A failure says what has happened in the shortest run
 * that was found, and how to repeat it.
 *
 * <p>System properties: {@code jevent.sim.seed} runs one seed, {@code jevent.sim.choices} the file
 * of choices of a failing run, {@code jevent.sim.seeds} sets how many seeds there are, {@code
 * jevent.sim.jobs} how many threads, {@code jevent.sim.repeatable=true} takes the same ones each
 * time, {@code jevent.sim.shrink=false} does not reduce a failing run, {@code jevent.sim.directory}
 * says where files of failing runs go, {@code target/sim} unless set.
 *
 * <p>Each world has what JUnit gives a test: a new instance of the class, and the methods with
 * {@code @BeforeEach} and {@code @AfterEach}, which may have a {@code World} and {@code Choices},
 * too. Fields are the world's own, static ones are not. With {@code @TestInstance(PER_CLASS)} all
 * worlds share one instance, and run one after the other.
 *
 * <p>Other extensions resolve parameters for each world. What else they do happens once for all
 * worlds, and a field that they have filled is refused unless it is static.
 *
 * <p>A world whose assumption fails is left out. The test is aborted if that is so in all of them.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@SuppressWarnings("exports") // the extension is an implementation detail
@ExtendWith(SimulationExtension.class)
public @interface SimulationTest {
  /** How many seeds. */
  int seeds() default 100;

  /** Ends after that number of seconds of real time, though not all seeds were tried; 0: never. */
  int seconds() default 0;

  /** How many threads try worlds side by side. The method runs in all of them. */
  int jobs() default 1;

  /** Each world draws which faults it has of those that the test switches on. */
  boolean swarm() default true;

  /**
   * Instead of seeds: all sequences of the first choices of a run, to that depth; 0: seeds. It is
   * for small protocols, as each choice multiplies the number of runs. No seed repeats a failure of
   * it: the file of its choices does.
   */
  int exhaustive() default 0;
}
