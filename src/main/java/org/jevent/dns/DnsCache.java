package org.jevent.dns;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;

/**
 * What servers have answered, for as long as they allow: bounded in entries and in bytes, the least
 * recently used is dropped first. It belongs to the loop's thread; {@link DnsResolver} uses it for
 * others.
 */
final class DnsCache {
  private static final long SECOND = 1_000_000_000L;

  /** Seconds for which a stale answer may be kept by those who get it. */
  private static final int STALE_TTL = 30;

  private static final int ENTRY_COST = 160;
  private static final int MAX_NEGATIVE = 3 * 3600;
  private static final long MAX_FAILURE = 5 * SECOND;

  private record Key(DnsName name, DnsType type) {}

  /** After a failure servers are not asked again for so long: RFC 8767, section 5. */
  private static final long REST = 30 * SECOND;

  /** Answers that were asked for so often are renewed before their time is over. */
  private static final int OFTEN = 2;

  /** What is left of the time of an answer when it is renewed: this part of it. */
  private static final int LAST_PART = 10;

  /** What is known of a name and a type. */
  private static final class Entry {
    private final DnsAnswer answer;
    private final DnsException problem;
    private final long since;
    private final long until;

    /** How long a failure was kept; 0 for what servers have said. */
    private final long failure;

    private final int cost;
    private int hits;
    private boolean renewed;

    /** Up to then a stale answer is given without asking. */
    private long restsUntil;

    Entry(
        final DnsAnswer answer,
        final DnsException problem,
        final long since,
        final long until,
        final long failure,
        final int cost) {
      this.answer = answer;
      this.problem = problem;
      this.since = since;
      this.until = until;
      this.failure = failure;
      this.cost = cost;
      restsUntil = until;
    }

    /** Counts a look-up; whether the answer is to be renewed now, which is so once. */
    boolean hit(final long now) {
      hits++;
      final boolean due =
          answer != null && !renewed && hits >= OFTEN && until - now < (until - since) / LAST_PART;
      renewed |= due;
      return due;
    }
  }

  private static final DnsType EVERY_TYPE = DnsType.ANY;

  private final Context context;
  private final LinkedHashMap<Key, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  DnsCache(final Context context) {
    this.context = context;
  }

  /**
   * What a look-up would get: an answer, with what is left of its time, or a problem.
   *
   * @param due whether it is to be renewed, as its time is nearly over and it is asked for often
   */
  record Found(DnsAnswer answer, DnsException problem, boolean due) {}

  /** The entry, or null. */
  Found find(final DnsName name, final DnsType type, final long now) {
    final Key key = new Key(name, type);
    Entry entry = live(key, now);
    if (entry == null) {
      entry = live(new Key(name, EVERY_TYPE), now);
      entry = entry != null && isNoSuchName(entry) ? entry : null;
    }
    if (entry == null) {
      return resting(key, now);
    }
    return entry.answer == null
        ? new Found(null, entry.problem, false)
        : new Found(
            aged(entry.answer, (now - entry.since) / SECOND),
            null,
            context.settings.prefetch && entry.hit(now));
  }

  private static boolean isNoSuchName(final Entry entry) {
    return entry.problem != null && entry.problem.kind() == DnsException.Kind.NXDOMAIN;
  }

  /** An answer whose time is over, while its servers have failed not long ago; or null. */
  private Found resting(final Key key, final long now) {
    final Entry entry = entries.get(key);
    return entry != null && entry.restsUntil - now > 0 && isKeptStale(entry, now)
        ? new Found(stale(entry.answer), null, false)
        : null;
  }

  /** The servers have failed: a stale answer is given for a while without asking them. */
  void rest(final DnsName name, final DnsType type, final long now) {
    final Entry entry = entries.get(new Key(name, type));
    if (entry != null && isKeptStale(entry, now)) {
      entry.restsUntil = now + REST;
    }
  }

  private Entry live(final Key key, final long now) {
    final Entry entry = entries.get(key);
    if (entry == null || entry.until - now > 0) {
      return entry;
    }
    if (entry.failure == 0 && !isKeptStale(entry, now)) {
      remove(key); // the time of a failure is doubled when it fails again
    }
    return null;
  }

  private boolean isKeptStale(final Entry entry, final long now) {
    return entry.answer != null && now - entry.until < context.settings.staleNanos;
  }

  /** An answer whose time is over, but not for too long, or null. */
  DnsAnswer stale(final DnsName name, final DnsType type, final long now) {
    final Entry entry = entries.get(new Key(name, type));
    return entry == null || entry.until - now > 0 || !isKeptStale(entry, now)
        ? null
        : stale(entry.answer);
  }

  private static DnsAnswer stale(final DnsAnswer answer) {
    return new DnsAnswer(
        answer.question(),
        answer.records().stream().map(each -> each.withTtl(STALE_TTL)).toList(),
        answer.chain().stream().map(each -> each.withTtl(STALE_TTL)).toList(),
        answer.authentic(),
        false,
        DnsAnswer.Source.STALE,
        answer.server());
  }

  private static DnsAnswer aged(final DnsAnswer answer, final long seconds) {
    return new DnsAnswer(
        answer.question(),
        aged(answer.records(), seconds),
        aged(answer.chain(), seconds),
        answer.authentic(),
        false,
        DnsAnswer.Source.CACHE,
        answer.server());
  }

  /** The list as it is in its first second, and where it is empty. */
  private static List<DnsRecord> aged(final List<DnsRecord> records, final long seconds) {
    if (seconds == 0 || records.isEmpty()) {
      return records;
    }
    final DnsRecord[] aged = new DnsRecord[records.size()];
    for (int i = 0; i < aged.length; i++) {
      aged[i] = aged(records.get(i), seconds);
    }
    return List.of(aged);
  }

  private static DnsRecord aged(final DnsRecord record, final long seconds) {
    return record.withTtl((int) Math.max(0, record.ttl() - seconds));
  }

  /** Keeps an answer unless its time is 0. */
  void put(final DnsAnswer answer, final long now) {
    final int ttl = Math.min(answer.ttl(), context.settings.maxTtl);
    if (ttl > 0 && !answer.partial()) {
      final int cost = ENTRY_COST + RecordCost.of(answer.records()) + RecordCost.of(answer.chain());
      add(
          new Key(answer.question().name(), answer.question().type()),
          new Entry(answer, null, now, now + ttl * SECOND, 0, cost));
    }
  }

  /**
   * Keeps that there is nothing.
   *
   * @param alias the name is one, and exists though what it refers to does not
   * @param seconds for how long; 0 is not at all
   */
  void putNegative(
      final DnsName name,
      final DnsType type,
      final DnsException problem,
      final boolean alias,
      final int seconds,
      final long now) {
    final int ttl = Math.min(Math.min(seconds, MAX_NEGATIVE), context.settings.maxTtl);
    if (ttl > 0) {
      final boolean every = problem.kind() == DnsException.Kind.NXDOMAIN && !alias;
      final DnsType kept = every ? EVERY_TYPE : type;
      add(new Key(name, kept), new Entry(null, problem, now, now + ttl * SECOND, 0, ENTRY_COST));
    }
  }

  /** Keeps for a moment that the servers have failed: 1 s, and twice as long each time. */
  void putFailure(
      final DnsName name, final DnsType type, final DnsException problem, final long now) {
    final Key key = new Key(name, type);
    final Entry before = entries.get(key);
    if (before != null
        && before.answer != null
        && (before.until - now > 0 || isKeptStale(before, now))) {
      return; // which answers for the servers
    }
    final long last = before == null || now - before.until > MAX_FAILURE ? 0 : before.failure;
    final long nanos = last == 0 ? SECOND : Math.min(MAX_FAILURE, last * 2);
    add(key, new Entry(null, problem, now, now + nanos, nanos, ENTRY_COST));
  }

  private void add(final Key key, final Entry entry) {
    if (context.settings.cacheEntries == 0) {
      return;
    }
    remove(key);
    final int cost = entry.cost + key.name.length();
    entries.put(key, entry);
    bytes += cost;
    final Iterator<Map.Entry<Key, Entry>> oldest = entries.entrySet().iterator();
    while (entries.size() > context.settings.cacheEntries || bytes > context.settings.cacheBytes) {
      final Map.Entry<Key, Entry> dropped = oldest.next();
      bytes -= dropped.getValue().cost + dropped.getKey().name.length();
      oldest.remove();
    }
    assert bytes >= 0 : bytes;
  }

  private void remove(final Key key) {
    final Entry former = entries.remove(key);
    if (former != null) {
      bytes -= former.cost + key.name.length();
    }
  }

  void flush(final DnsName name) {
    entries
        .entrySet()
        .removeIf(
            each -> {
              final boolean same = each.getKey().name.equals(name);
              bytes -= same ? each.getValue().cost + name.length() : 0;
              return same;
            });
  }

  void flush() {
    entries.clear();
    bytes = 0;
  }

  int size() {
    return entries.size();
  }

  long bytes() {
    return bytes;
  }
}
