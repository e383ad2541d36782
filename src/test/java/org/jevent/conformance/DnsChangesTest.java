package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jevent.conformance.DnsPeer.RIGHT;
import static org.jevent.conformance.DnsPeer.SILENT;
import static org.jevent.conformance.DnsPeer.a;
import static org.jevent.conformance.DnsPeer.ask;
import static org.jevent.conformance.DnsPeer.reply;
import static org.jevent.conformance.DnsPeer.right;
import static org.jevent.conformance.DnsPeer.start;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.dns.DnsAnswer;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.message.DnsMessage;
import org.junit.jupiter.api.io.TempDir;

/** Servers that are replaced while they are asked. */
class DnsChangesTest {
  @TempDir private Path directory;

  /** Queries that are answered when the test says so. */
  private static final class Holder {
    final List<Runnable> answers = new ArrayList<>();
    final DnsPeer peer;

    Holder(final Bases bases, final EventBase base) {
      peer = new DnsPeer(bases, base, this::hold);
    }

    private void hold(final DnsPeer self, final DnsMessage query) {
      final SocketAddress asker = self.asker();
      answers.add(() -> self.send(right(query), asker));
    }
  }

  private static String text(final DnsPeer.Result<DnsAnswer> result) {
    assertThat(result.calls()).isOne();
    return result.found().addresses().get(0).getHostAddress();
  }

  /** What a retired server says of its last question still counts. */
  @EngineTest
  void aLookUpEndsWithTheServersThatItBeganWith(final Bases bases) {
    final EventBase base = bases.base();
    final Holder former = new Holder(bases, base);
    final DnsPeer next = new DnsPeer(bases, base, SILENT);
    final DnsResolver resolver =
        bases.later(former.peer.resolver().options("timeout:9 deadline:9").build());
    final DnsPeer.Result<DnsAnswer> result = start(resolver, "a.test");
    Streams.run(base, () -> former.answers.size() == 1);
    resolver.servers(List.of(next.address()));
    Streams.runFor(base, 20);
    former.answers.get(0).run();
    assertThat(text(result.await(base))).isEqualTo("192.0.2.1");
    assertThat(next.queries).isEmpty();
    assertThat(resolver.stats().timeouts()).isZero();
  }

  /** Others are asked all the time meanwhile. */
  @EngineTest
  void aRetiredServerIsClosedWithItsLastQueryUnderLoad(final Bases bases) {
    final EventBase base = bases.base();
    final Holder former = new Holder(bases, base);
    final Holder next = new Holder(bases, base);
    final DnsResolver resolver =
        bases.later(former.peer.resolver().options("timeout:9 deadline:9").build());
    final DnsPeer.Result<DnsAnswer> first = start(resolver, "a.test");
    final DnsPeer.Result<DnsAnswer> second = start(resolver, "b.test");
    Streams.run(base, () -> former.answers.size() == 2);
    resolver.servers(List.of(next.peer.address()));
    final DnsPeer.Result<DnsAnswer> other = start(resolver, "c.test");
    Streams.run(base, () -> next.answers.size() == 1);
    assertThat(resolver.stats().openSockets()).isEqualTo(3);
    former.answers.get(0).run();
    first.await(base).found();
    Streams.runFor(base, 20);
    assertThat(resolver.stats().openSockets()).isEqualTo(3); // it is still asked
    former.answers.get(1).run();
    second.await(base).found();
    Streams.run(base, () -> resolver.stats().openSockets() == 1);
    assertThat(other.calls()).isZero();
    next.answers.get(0).run();
    other.await(base).found();
  }

  /** Each look-up ends once with an answer, whatever becomes of its servers meanwhile. */
  @EngineTest
  void serversChangeAllTheTimeUnderLoad(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer one = new DnsPeer(bases, base, RIGHT);
    final DnsPeer two = new DnsPeer(bases, base, (self, query) -> self.later(right(query)));
    final DnsResolver resolver = bases.later(one.resolver().options("timeout:5").build());
    final List<DnsPeer.Result<DnsAnswer>> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      for (int j = 0; j < 5; j++) {
        all.add(start(resolver, "n" + i + "-" + j + ".test"));
      }
      base.loop(EventBase.LOOP_NONBLOCK);
      resolver.servers(List.of((i % 2 == 0 ? two : one).address()));
    }
    Streams.run(base, () -> all.stream().allMatch(each -> each.calls() > 0));
    all.forEach(each -> assertThat(text(each)).isEqualTo("192.0.2.1"));
    resolver.servers(List.of());
    Streams.run(base, () -> resolver.stats().openSockets() == 0);
    assertThat(bases.exceptions).isEmpty();
  }

  /** Retired servers end with the resolver, and with them what they were asked. */
  @EngineTest
  void aResolverIsClosedWhileRetiredServersAreAsked(final Bases bases) {
    final EventBase base = bases.base();
    final Holder former = new Holder(bases, base);
    final DnsResolver resolver = former.peer.resolver().options("timeout:9").build();
    final DnsPeer.Result<DnsAnswer> result = start(resolver, "a.test");
    Streams.run(base, () -> former.answers.size() == 1);
    resolver.servers(List.of());
    Streams.runFor(base, 5);
    resolver.close();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(result.calls()).isOne();
    assertThat(result.kind()).isEqualTo(Kind.SHUTDOWN);
    assertThat(resolver.stats().openSockets()).isZero();
  }

  // ---- the file of servers ----

  private static String line(final DnsPeer peer) {
    return "nameserver 127.0.0.1:" + peer.address().getPort() + "\n";
  }

  private static DnsPeer server(final Bases bases, final EventBase base, final String address) {
    return new DnsPeer(
        bases,
        base,
        (self, query) -> self.send(reply(query).answer(a(query.question().name(), address))));
  }

  /**
   * Renamed over, made longer, cut within a line, broken, and a directory: under load each time.
   */
  @EngineTest
  void theFileOfServersIsReplacedUnderLoad(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final DnsPeer one = server(bases, base, "192.0.2.1");
    final DnsPeer two = server(bases, base, "192.0.2.2");
    final Path conf = Files.writeString(directory.resolve("resolv.conf"), line(one));
    final DnsResolver resolver =
        bases.later(DnsResolver.builder(base).files(conf, null, null).cache(0, 0).build());
    final Path other = Files.writeString(directory.resolve("other"), "# renamed\n" + line(two));
    Files.move(other, conf, StandardCopyOption.REPLACE_EXISTING);
    untilAnswered(base, resolver, "192.0.2.2");
    Files.writeString(conf, line(one) + line(two) + "nameserver 127.0.");
    untilAnswered(base, resolver, "192.0.2.1");
    Files.writeString(
        conf, "nameserver x\noptions timeout:\nsearch a..b\n\0\0\ufffd\n" + line(two));
    untilAnswered(base, resolver, "192.0.2.2");
    assertThat(resolver.servers()).containsExactly(two.address());
    assertThat(bases.exceptions).isEmpty();
  }

  /** Neither a file that changes nor a reload brings the file's servers back. */
  @EngineTest
  void theServersOfTheProgramStay(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final DnsPeer file = server(bases, base, "192.0.2.1");
    final DnsPeer chosen = server(bases, base, "192.0.2.2");
    final Path conf = Files.writeString(directory.resolve("resolv.conf"), line(file));
    final Path hosts = Files.writeString(directory.resolve("hosts"), "");
    final DnsResolver resolver =
        bases.later(DnsResolver.builder(base).files(conf, hosts, null).cache(0, 0).build());
    resolver.servers(List.of(chosen.address()));
    Files.writeString(conf, "# changed\n" + line(file));
    Files.writeString(hosts, "192.0.2.9 changed.test\n");
    untilAnswered(base, resolver, "192.0.2.9", "changed.test");
    assertThat(text(ask(base, resolver, "a.test"))).isEqualTo("192.0.2.2");
    resolver.reload();
    assertThat(resolver.servers()).containsExactly(chosen.address());
    assertThat(text(ask(base, resolver, "b.test"))).isEqualTo("192.0.2.2");
    assertThat(file.queries).isEmpty();
  }

  /** Who is down, cookies and connections are those of the servers, which are the same. */
  @EngineTest
  void anotherFileOfHostsForgetsNothingOfTheServers(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final DnsPeer good = server(bases, base, "192.0.2.2");
    final DnsPeer silent = new DnsPeer(bases, base, SILENT);
    final Path conf =
        Files.writeString(
            directory.resolve("resolv.conf"),
            line(silent) + line(good) + "options max-timeouts:1 timeout:0.1\n");
    final Path hosts = Files.writeString(directory.resolve("hosts"), "");
    final DnsResolver resolver =
        bases.later(DnsResolver.builder(base).files(conf, hosts, null).cache(0, 0).build());
    ask(base, resolver, "a.test").found();
    assertThat(resolver.serversDown()).isOne();
    Files.writeString(hosts, "192.0.2.9 changed.test\n");
    untilAnswered(base, resolver, "192.0.2.9", "changed.test");
    assertThat(resolver.serversDown()).isOne();
    Files.writeString(conf, "# changed\n" + line(silent) + line(good));
    Streams.run(
        base,
        20,
        () -> {
          ask(base, resolver, "192.0.2.1");
          Streams.runFor(base, 5); // the answer itself takes no time
          return resolver.serversDown() == 0;
        });
  }

  /** Until there is a server: those that have none when they go on fail. */
  @EngineTest
  void suspendedItWaitsForServersToo(final Bases bases) {
    final EventBase base = bases.base();
    final DnsPeer peer = server(bases, base, "192.0.2.1");
    final DnsResolver resolver = bases.later(peer.resolver().build());
    resolver.suspend();
    resolver.servers(List.of());
    final DnsPeer.Result<DnsAnswer> first = start(resolver, "a.test");
    Streams.runFor(base, 20);
    assertThat(first.calls()).isZero();
    resolver.servers(List.of(peer.address()));
    resolver.resume();
    assertThat(text(first.await(base))).isEqualTo("192.0.2.1");
    resolver.suspend();
    final DnsPeer.Result<DnsAnswer> second = start(resolver, "b.test");
    final DnsPeer.Result<DnsAnswer> third = start(resolver, "c.test");
    resolver.servers(List.of());
    resolver.resume();
    assertThat(second.await(base).kind()).isEqualTo(Kind.NO_SERVERS);
    assertThat(third.await(base).kind()).isEqualTo(Kind.NO_SERVERS);
  }

  private static void untilAnswered(
      final EventBase base, final DnsResolver resolver, final String address, final String name) {
    Streams.run(
        base,
        20,
        () -> {
          final DnsPeer.Result<DnsAnswer> result = ask(base, resolver, name);
          return !result.found.isEmpty() && text(result).equals(address);
        });
  }

  private static void untilAnswered(
      final EventBase base, final DnsResolver resolver, final String address) {
    final int[] asked = {0};
    Streams.run(
        base, 20, () -> text(ask(base, resolver, "n" + asked[0]++ + ".test")).equals(address));
  }

  /** It has to be named to be known: a server of this machine is asked where there is no file. */
  @EngineTest
  void aFileThatCannotBeReadNamesNoServer(final Bases bases) throws IOException {
    final EventBase base = bases.base();
    final Path conf = Files.createDirectory(directory.resolve("resolv.conf"));
    final Path hosts = Files.createDirectory(directory.resolve("hosts"));
    final DnsResolver resolver =
        bases.later(DnsResolver.builder(base).files(conf, hosts, conf).build());
    assertThat(resolver.servers()).allMatch(each -> each.getAddress().isLoopbackAddress());
    final DnsPeer peer = server(bases, base, "192.0.2.1");
    Files.delete(conf);
    Files.writeString(conf, line(peer));
    resolver.reload();
    assertThat(text(ask(base, resolver, "a.test"))).isEqualTo("192.0.2.1");
  }
}
