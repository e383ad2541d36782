package org.jevent.sim.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Draws everything that the simulator leaves open. A value depends on the seed, the site, the
 * entity and how many were drawn there before, and on nothing else. A run can be recorded, and
 * repeated from a record in which choices were taken out.
 */
@SuppressWarnings("EnumOrdinal") // places of arrays, and orders of states
public final class Draws {
  /** 2 to the 53rd: as many random bits as a double can have. */
  private static final double UNIT = 0x1.0p-53;

  private static final Site[] SITES = Site.values();

  private final long seed;
  private final ChoiceSource source;
  private final double[] rates = new double[SITES.length];
  private final long[] injected = new long[SITES.length];
  private final long[] asked = new long[SITES.length];
  private List<Choice> record;
  private final Map<Site, Map<String, Long>> states = new EnumMap<>(Site.class);
  private boolean calm;
  private long total;
  private BiConsumer<Site, Entity> listener;

  private Draws(final long seed, final ChoiceSource source) {
    this.seed = seed;
    this.source = source;
  }

  /** All choices follow from a number. */
  public static Draws of(final long seed) {
    return new Draws(seed, new BySeed());
  }

  /** Repeats a record of that seed: what it does not know is 0. */
  public static Draws replay(final long seed, final Collection<Choice> choices) {
    return new Draws(seed, new ByRecord(choices));
  }

  /** Choices come from bytes, such as those of a fuzzer; after their end all are 0. */
  public static Draws of(final byte[] bytes) {
    return new Draws(0, new ByBytes(bytes));
  }

  /** Choices come from a list of numbers which {@link Exhaustive} steps through. */
  static Draws of(final ChoiceSource source) {
    return new Draws(0, source);
  }

  public long seed() {
    return seed;
  }

  /** From now on values other than 0 are recorded. */
  public void record() {
    record = new ArrayList<>();
  }

  /** What was recorded; empty unless asked for. */
  public List<Choice> recorded() {
    return record == null ? List.of() : List.copyOf(record);
  }

  /** How often what is drawn at that site happens, from 0 to 1. */
  public void rate(final Site site, final double rate) {
    rates[site.ordinal()] = rate;
  }

  /** The rate of a site. */
  public double rate(final Site site) {
    return rates[site.ordinal()];
  }

  /** Sets who is notified of each fault. */
  public void onFault(final BiConsumer<Site, Entity> next) {
    listener = next;
  }

  /** From now on there are no faults. */
  public void calm() {
    calm = true;
    Arrays.fill(rates, 0);
  }

  /** Whether there are no faults any more. */
  public boolean isCalm() {
    return calm;
  }

  /** How many choices were drawn. */
  public long total() {
    return total;
  }

  /** How often a fault has happened, by its site; those that have not happened are left out. */
  public Map<Site, Long> injected() {
    final Map<Site, Long> found = new EnumMap<>(Site.class);
    for (final Site site : SITES) {
      if (injected[site.ordinal()] > 0) {
        found.put(site, injected[site.ordinal()]);
      }
    }
    return found;
  }

  /** How often a fault could have happened at that site. */
  public long asked(final Site site) {
    return asked[site.ordinal()];
  }

  private long bits(final Site site, final Entity entity, final int count) {
    return Mix.of(seed ^ Mix.of(entity.id(), ((long) site.ordinal() << 32) | count));
  }

  /** A number below {@code bound}; 0 is the plain thing. */
  public int choose(final Site site, final Entity entity, final int bound) {
    if (bound <= 1) {
      return 0;
    }
    total++;
    final int count = entity.next(site);
    final int value = source.choose(site, entity, count, bound, bits(site, entity, count));
    assert value >= 0 && value < bound : value + " of " + bound + " at " + site;
    if (value != 0) {
      note(site, entity, count, value, bound);
    }
    return value;
  }

  /** Whether a fault happens, with the site's rate. */
  public boolean happens(final Site site, final Entity entity) {
    return happens(site, entity, rates[site.ordinal()]);
  }

  /** Whether something happens that happens in {@code rate} of all cases. */
  public boolean happens(final Site site, final Entity entity, final double rate) {
    if (rate <= 0) {
      return false;
    }
    total++;
    asked[site.ordinal()]++;
    final int count = entity.next(site);
    final boolean is = source.happens(site, entity, count, rate, bits(site, entity, count));
    if (is) {
      injected[site.ordinal()]++;
      countState(site, entity);
      if (listener != null) {
        listener.accept(site, entity);
      }
      note(site, entity, count, 1, 2);
    }
    return is;
  }

  private void countState(final Site site, final Entity entity) {
    final String state = entity.state();
    if (state != null) {
      states.computeIfAbsent(site, key -> new TreeMap<>()).merge(state, 1L, Long::sum);
    }
  }

  /** How often a fault has happened to connections in each state, by site and state. */
  public Map<Site, Map<String, Long>> states() {
    return states;
  }

  /** A fraction from 0 (inclusive, the plain thing) to 1. */
  public double fraction(final Site site, final Entity entity) {
    return choose(site, entity, 1 << 20) / (double) (1 << 20);
  }

  private void note(
      final Site site, final Entity entity, final int count, final int value, final int bound) {
    if (record != null) {
      record.add(new Choice(site, entity.id(), count, value, bound));
    }
  }

  private static final class BySeed implements ChoiceSource {
    @Override
    public int choose(
        final Site site, final Entity entity, final int count, final int bound, final long bits) {
      return Mix.below(bits, bound);
    }

    @Override
    public boolean happens(
        final Site site, final Entity entity, final int count, final double rate, final long bits) {
      return (bits >>> 11) * UNIT < rate;
    }
  }

  private static final class ByRecord implements ChoiceSource {
    private final Map<Choice.Key, Integer> values = new HashMap<>();

    ByRecord(final Collection<Choice> choices) {
      choices.forEach(choice -> values.put(choice.key(), choice.value()));
    }

    @Override
    public int choose(
        final Site site, final Entity entity, final int count, final int bound, final long bits) {
      final int value = values.getOrDefault(new Choice.Key(site, entity.id(), count), 0);
      return Math.min(value, bound - 1);
    }

    @Override
    public boolean happens(
        final Site site, final Entity entity, final int count, final double rate, final long bits) {
      return choose(site, entity, count, 2, bits) != 0;
    }
  }

  private static final class ByBytes implements ChoiceSource {
    private final byte[] bytes;
    private int next;

    ByBytes(final byte[] bytes) {
      this.bytes = bytes.clone();
    }

    @Override
    public int choose(
        final Site site, final Entity entity, final int count, final int bound, final long bits) {
      long value = 0;
      for (long room = 1; room < bound && next < bytes.length; room <<= Byte.SIZE) {
        value = (value << Byte.SIZE) | (bytes[next++] & 0xff);
      }
      return (int) (value % bound);
    }

    /** A byte of 255 is a fault, so that most bytes are none. */
    @Override
    public boolean happens(
        final Site site, final Entity entity, final int count, final double rate, final long bits) {
      return next < bytes.length && bytes[next++] == (byte) 0xff;
    }
  }
}
