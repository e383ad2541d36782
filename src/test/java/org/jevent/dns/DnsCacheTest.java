package org.jevent.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsQuestion;
import org.jevent.dns.message.DnsRecord;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.message.RData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The cache by a clock that the test steps: answers renewed before, and kept after their time. */
class DnsCacheTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int TTL = 100;
  private static final DnsName NAME = DnsName.parse("a.test");
  private static final DnsQuestion QUESTION = new DnsQuestion(NAME, DnsType.A);
  private static final DnsException FAILURE =
      new DnsException(DnsException.Kind.SERVFAIL, "the server has failed");

  private final EventBase base = new EventBase();
  private final Settings settings = new Settings();
  private final DnsCache cache = new DnsCache(new Context(base, settings, null, null));

  /** Where the clock is when a test begins: it may be below zero. */
  private long now = -50 * SECOND;

  @AfterEach
  void close() {
    base.close();
  }

  private void put() throws UnknownHostException {
    final DnsRecord record = DnsRecord.address(NAME, TTL, InetAddress.getByName("192.0.2.1"));
    cache.put(
        new DnsAnswer(
            QUESTION, List.of(record), List.of(), false, false, DnsAnswer.Source.SERVER, null),
        now);
  }

  private DnsCache.Found find() {
    return cache.find(NAME, DnsType.A, now);
  }

  @Test
  void anAnswerThatIsAskedForOftenIsRenewedOnceInItsLastTenth() throws Exception {
    put();
    now += 89 * SECOND;
    assertThat(find().due()).isFalse();
    assertThat(find().due()).isFalse();
    now += 2 * SECOND;
    assertThat(find().due()).isTrue();
    assertThat(find().due()).isFalse();
    put();
    now += 91 * SECOND;
    assertThat(find().due()).as("the first hit of the new answer").isFalse();
    assertThat(find().due()).isTrue();
  }

  @Test
  void anAnswerThatIsAskedForOnceIsNot() throws Exception {
    put();
    now += 95 * SECOND;
    assertThat(find().due()).isFalse();
  }

  @Test
  void nothingIsRenewedWhereThatIsNotWanted() throws Exception {
    settings.set("prefetch:0");
    put();
    now += 95 * SECOND;
    find();
    assertThat(find().due()).isFalse();
  }

  @Test
  void aFailureOfTheRenewalLeavesTheAnswer() throws Exception {
    put();
    now += 95 * SECOND;
    cache.putFailure(NAME, DnsType.A, FAILURE, now);
    assertThat(find().answer().ttl()).isEqualTo(5);
  }

  @Test
  void aStaleAnswerIsGivenForHalfAMinuteWithoutAskingAgain() throws Exception {
    settings.set("serve-stale:3600");
    put();
    now += (TTL + 1) * SECOND;
    assertThat(find()).as("servers are asked first").isNull();
    assertThat(cache.stale(NAME, DnsType.A, now).ttl()).isEqualTo(30);
    cache.rest(NAME, DnsType.A, now);
    now += 29 * SECOND;
    assertThat(find().answer().source()).isEqualTo(DnsAnswer.Source.STALE);
    now += SECOND;
    assertThat(find()).isNull();
    now += 3600 * SECOND;
    cache.rest(NAME, DnsType.A, now);
    assertThat(find()).as("too old").isNull();
  }

  /** Texts of many bytes count. */
  @Test
  void whatIsLongTakesItsPlace() {
    settings.cacheBytes = 1 << 20;
    final DnsType type = new DnsType(65_280);
    final RData.Raw data = new RData.Raw(RData.Bytes.of(new byte[60_000]));
    for (int i = 0; i < 100; i++) {
      final DnsName name = DnsName.parse("n" + i + ".test");
      final DnsRecord record = DnsRecord.of(name, type, TTL, data);
      cache.put(
          new DnsAnswer(
              new DnsQuestion(name, type),
              List.of(record),
              List.of(),
              false,
              false,
              DnsAnswer.Source.SERVER,
              null),
          now);
    }
    assertThat(cache.size()).isBetween(10, 18);
  }

  /** What was said of a question for everything says nothing of one type. */
  @Test
  void aFailureOfAllTypes() {
    cache.putFailure(NAME, DnsType.ANY, FAILURE, now);
    assertThat(find()).isNull();
    cache.flush();
    final DnsException nothing = new DnsException(DnsException.Kind.NODATA, "nothing");
    cache.putNegative(NAME, DnsType.ANY, nothing, false, 60, now);
    assertThat(find()).isNull();
  }

  /** An alias is there, though what it refers to is not. */
  @Test
  void noSuchNameBehindAnAlias() {
    final DnsException none = new DnsException(DnsException.Kind.NXDOMAIN, "none");
    cache.putNegative(NAME, DnsType.A, none, true, 60, now);
    assertThat(find().problem()).isSameAs(none);
    assertThat(cache.find(NAME, DnsType.CNAME, now)).isNull();
    cache.flush();
    cache.putNegative(NAME, DnsType.A, none, false, 60, now);
    assertThat(cache.find(NAME, DnsType.CNAME, now).problem()).isSameAs(none);
  }

  @Test
  void aStaleAnswerIsNotGivenByDefault() throws Exception {
    put();
    now += (TTL + 1) * SECOND;
    cache.rest(NAME, DnsType.A, now);
    assertThat(find()).isNull();
    assertThat(cache.stale(NAME, DnsType.A, now)).isNull();
  }
}
