package org.jevent.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jevent.conformance.DnsPeer.SILENT;
import static org.jevent.conformance.DnsPeer.gone;

import java.util.ArrayList;
import java.util.List;
import org.jevent.EventBase;
import org.jevent.LoopResult;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.DnsRequest;
import org.jevent.dns.DnsResolver;
import org.jevent.dns.Hints;
import org.jevent.dns.message.DnsType;

/**
 * The cases of libevent's {@code dns} group in which a resolver ends before its look-ups, under
 * their names. The test kit finds what is left behind.
 */
class LibeventDnsEndTest {
  private static void leak(
      final Bases bases, final boolean cancels, final boolean resumes, final boolean fails) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, SILENT);
    final DnsResolver resolver =
        DnsResolver.builder(base)
            .servers(fails ? gone(bases, base) : peer.address())
            .options("max-inflight:1 timeout:1")
            .build();
    resolver.suspend();
    final List<DnsRequest> requests = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      requests.add(resolver.lookup("h" + i + ".test", DnsType.A, (answer, problem) -> {}));
    }
    base.loop(EventBase.LOOP_NONBLOCK);
    if (cancels) {
      requests.forEach(DnsRequest::cancel);
    }
    if (resumes) {
      resolver.resume();
    }
    base.loop(EventBase.LOOP_NONBLOCK);
    resolver.close();
    base.loop(EventBase.LOOP_NONBLOCK);
    assertThat(requests).allMatch(DnsRequest::isDone);
  }

  @EngineTest
  void leak_shutdown(final Bases bases) {
    leak(bases, false, false, false);
  }

  @EngineTest
  void leak_cancel(final Bases bases) {
    leak(bases, true, false, false);
  }

  @EngineTest
  void leak_resume(final Bases bases) {
    leak(bases, false, true, false);
  }

  @EngineTest
  void leak_cancel_and_resume(final Bases bases) {
    leak(bases, true, true, false);
  }

  @EngineTest
  void leak_resume_send_err(final Bases bases) {
    leak(bases, false, true, true);
  }

  @EngineTest
  void leak_cancel_and_resume_send_err(final Bases bases) {
    leak(bases, true, true, true);
  }

  private static void failed(final Bases bases, final String options, final boolean addresses) {
    final EventBase base = bases.base();
    final DnsPeer peer = new DnsPeer(bases, base, SILENT);
    final DnsResolver resolver = peer.resolver().options(options).build();
    final List<Kind> kinds = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      if (addresses) {
        resolver.addresses(
            "h" + i + ".test", Hints.UNSPEC, (found, problem) -> kinds.add(problem.kind()));
      } else {
        resolver.lookup(
            "h" + i + ".test", DnsType.A, (found, problem) -> kinds.add(problem.kind()));
      }
    }
    base.loop(EventBase.LOOP_NONBLOCK);
    resolver.close();
    assertThat(base.dispatch()).isEqualTo(LoopResult.EMPTY);
    assertThat(kinds).hasSize(20).containsOnly(Kind.SHUTDOWN);
  }

  @EngineTest
  void client_fail_requests(final Bases bases) {
    failed(bases, "", false);
  }

  @EngineTest
  void client_fail_waiting_requests(final Bases bases) {
    failed(bases, "max-inflight:2", false);
  }

  @EngineTest
  void client_fail_requests_getaddrinfo(final Bases bases) {
    failed(bases, "", true);
  }
}
