package org.jevent.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jevent.EventBase;
import org.jevent.dns.DnsException.Kind;
import org.jevent.dns.message.DnsName;
import org.jevent.dns.message.DnsQuestion;
import org.jevent.dns.message.DnsType;
import org.jevent.dns.system.HostsFile;
import org.jevent.dns.system.NameSwitch;
import org.jevent.dns.system.ResolvConf;
import org.jevent.internal.access.BaseAccess;
import org.jevent.internal.engine.Arguments;
import org.jevent.net.Resolver;
import org.jevent.tls.TlsContext;

/**
 * Asks name servers, in the loop and without other threads; libevent's {@code evdns_base}. It asks
 * by UDP, and by TCP where a reply is too long for a datagram, keeps what it has learned for as
 * long as the servers allow, and sorts addresses as RFC 6724 says. A base can have it as its
 * resolver: {@code SocketBufferEvent.connect(host, port, resolver)}.
 *
 * <p>A reply counts only if it comes from the server that was asked, with the id, the name in the
 * case of its letters, the type and the class of the query. These and the port cannot be predicted.
 *
 * <p>Threads: look-ups and their cancelling from any thread; all else from the loop's thread while
 * the loop runs, or any one thread while it does not. Callbacks run in the loop, once, and never
 * within the call that started the look-up. A look-up keeps the loop alive, an idle resolver does
 * not. It is idle when none of its queries is under way. After the callback there may be one until
 * it is answered or its time is over: an answer that is renewed, the rest of a question with a
 * stale answer, a probe of a server that was down. When the base is closed first, callbacks that
 * are due are not called any more.
 */
public final class DnsResolver implements Resolver, AutoCloseable {
  /** The port of name servers. */
  public static final int PORT = 53;

  private final Context context;
  private final Servers servers;
  private final DnsCache cache;
  private final LocalAnswers local;
  private final Questions questions;
  private final Resolving resolving;
  private final SystemFiles files;
  private final Builder builder;
  private final Set<Request<?>> pending = new LinkedHashSet<>();

  /** The servers that the program has chosen since, instead of all others; or null. */
  private List<InetSocketAddress> chosen;

  /** What the file of servers said last, or null. */
  private String serversText;

  private volatile boolean closed;

  private DnsResolver(final Builder builder) {
    this.builder = builder;
    BaseAccess.services(builder.base).requireOpen("make a resolver");
    context = new Context(builder.base, builder.settings.copy(), builder.streams, builder.trace);
    servers = new Servers(context);
    cache = new DnsCache(context);
    local = new LocalAnswers(context);
    questions = new Questions(context, servers, cache, local);
    resolving = new Resolving(context, questions, local);
    files = builder.files;
    configure(files == null ? SystemFiles.Texts.NONE : files.read(), true);
  }

  /**
   * With the configuration of the system: {@code /etc/resolv.conf}, {@code /etc/hosts} and {@code
   * /etc/nsswitch.conf}, or what macOS and Windows say of their servers. It is read again when it
   * has changed. Where nothing names a server, those of this machine are asked.
   */
  public static DnsResolver system(final EventBase base) {
    return builder(base).systemFiles().build();
  }

  /** One without servers yet. */
  public static Builder builder(final EventBase base) {
    return new Builder(Objects.requireNonNull(base, "base"));
  }

  /**
   * @param anew what is known of the servers is forgotten, though their file is as it was
   */
  private void configure(final SystemFiles.Texts texts, final boolean anew) {
    final Settings settings = builder.settings.copy();
    final List<InetSocketAddress> addresses = new ArrayList<>(builder.servers);
    List<DnsName> domains = List.of();
    Map<DnsName, List<InetSocketAddress>> scopes = Map.of();
    if (builder.readsServers) {
      final Map<String, String> environment = builder.environment;
      final ResolvConf conf =
          ResolvConf.parse(
              texts.resolvConf() == null ? "" : texts.resolvConf(),
              environment.get("LOCALDOMAIN"),
              environment.get("RES_OPTIONS"));
      addresses.addAll(conf.servers());
      domains = conf.search();
      scopes = conf.scopes();
      if (addresses.isEmpty()) {
        LocalNames.servers().forEach(each -> addresses.add(new InetSocketAddress(each, PORT)));
      }
      for (final String option : conf.options()) {
        try {
          settings.set(option);
        } catch (final IllegalArgumentException e) {
          // of a file: as if the word were not there
        }
      }
    }
    builder.options.forEach(settings::set);
    context.settings = settings;
    resolving.domains = builder.domains == null ? domains : builder.domains;
    local.hosts = texts.hosts() == null ? builder.hosts : HostsFile.parse(texts.hosts());
    local.order =
        texts.nameSwitch() == null ? NameSwitch.DEFAULT : NameSwitch.parse(texts.nameSwitch());
    local.machine = LocalNames.ofMachine(texts.machine());
    if (anew || !Objects.equals(serversText, texts.resolvConf())) {
      serversText = texts.resolvConf();
      servers.set(chosen == null ? addresses : chosen, chosen == null ? scopes : Map.of());
    }
  }

  private void changed(final SystemFiles.Texts texts, final boolean anew) {
    if (!closed) {
      configure(texts, anew);
      cache.flush();
      resolving.forget();
    }
  }

  // ---- look-ups ----

  /**
   * Looks records up, also in the domains of the search if the name has fewer dots than {@code
   * ndots} and none at its end; {@code evdns_base_resolve_ipv4} and its relatives.
   *
   * @param name as in {@link DnsName#ofHost}
   */
  public DnsRequest lookup(
      final String name, final DnsType type, final DnsCallback<DnsAnswer> callback) {
    Objects.requireNonNull(name, "name");
    requireType(type);
    Objects.requireNonNull(callback, "callback");
    return start(
        name + " " + type, callback, ended -> resolving.records(name, type, true, true, ended));
  }

  /** Looks records of exactly this name up, without a search; the file of hosts is looked into. */
  public DnsRequest lookup(
      final DnsName name, final DnsType type, final DnsCallback<DnsAnswer> callback) {
    Objects.requireNonNull(name, "name");
    requireType(type);
    Objects.requireNonNull(callback, "callback");
    return start(
        new DnsQuestion(name, type),
        callback,
        ended ->
            questions.ask(name, type, true, context.now() + context.settings.deadlineNanos, ended)
                ::cancel);
  }

  private static void requireType(final DnsType type) {
    Objects.requireNonNull(type, "type");
    if (type.isMeta() && !type.equals(DnsType.ANY)) {
      throw new IllegalArgumentException("type " + type + ": it is no type of records");
    }
  }

  /**
   * Looks the name of an address up: records of type PTR; {@code evdns_base_resolve_reverse}. Those
   * that cannot be the name of a host are left out; where there are no others, the problem is
   * {@link Kind#BAD_NAME}. A look-up of type PTR gives all of them.
   */
  public DnsRequest reverse(final InetAddress address, final DnsCallback<DnsAnswer> callback) {
    Objects.requireNonNull(address, "address");
    Objects.requireNonNull(callback, "callback");
    return start(
        address.getHostAddress(), callback, ended -> resolving.reverse(address, true, ended));
  }

  /**
   * Looks the addresses of a host up, in the order in which to try them; {@code evdns_getaddrinfo}.
   *
   * @param host a name or the text of an address; null for the addresses of this machine
   */
  public DnsRequest addresses(
      final String host, final Hints hints, final DnsCallback<HostAddresses> callback) {
    Objects.requireNonNull(hints, "hints");
    Objects.requireNonNull(callback, "callback");
    return start(
        String.valueOf(host), callback, ended -> resolving.addresses(host, hints, null, ended));
  }

  @Override
  public Runnable resolve(final String host, final Result result) {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(result, "result");
    final DnsRequest request =
        addresses(
            host,
            Hints.UNSPEC,
            (found, problem) ->
                result.resolved(found == null ? List.of() : found.hosts(), problem));
    return request::cancel;
  }

  @Override
  public Runnable resolveInParts(final String host, final Parts parts) {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(parts, "parts");
    final List<InetAddress> reported = new ArrayList<>();
    final DnsCallback<HostAddresses> end =
        (found, problem) -> {
          final List<InetAddress> rest = new ArrayList<>(found == null ? List.of() : found.hosts());
          rest.removeAll(reported);
          parts.found(rest, true, problem);
        };
    final Request<HostAddresses> request = make(host, end);
    post(
        request,
        () ->
            resolving.addresses(
                host,
                Hints.UNSPEC,
                found ->
                    context.later(
                        () -> {
                          if (!request.isDone()) {
                            reported.addAll(found);
                            parts.found(found, false, null);
                          }
                        }),
                request::found));
    return request::cancel;
  }

  /**
   * @param what for messages, which are rare
   */
  private <T> DnsRequest start(
      final Object what,
      final DnsCallback<T> callback,
      final Function<DnsCallback<T>, Runnable> work) {
    final Request<T> request = make(what, callback);
    post(request, () -> work.apply(request::found));
    return request;
  }

  private <T> Request<T> make(final Object what, final DnsCallback<T> callback) {
    if (context.base.isClosed()) {
      context.services.requireOpen("look " + what + " up");
    }
    if (closed) {
      throw new IllegalStateException("look " + what + " up: the resolver is closed");
    }
    return new Request<>(context, pending, what, callback);
  }

  private <T> void post(final Request<T> request, final Supplier<Runnable> work) {
    final Runnable task =
        () -> {
          if (closed) {
            request.shutDown();
            return;
          }
          if (files != null) {
            files.check(context, context.now(), texts -> changed(texts, false));
          }
          request.start(work);
        };
    if (context.base.inLoop()) {
      task.run();
    } else {
      context.later(task);
    }
  }

  // ---- servers and cache ----

  private void use(final String operation) {
    context.services.requireLoopThread(this);
    if (closed) {
      throw new IllegalStateException(operation + ": the resolver is closed");
    }
  }

  /** The servers, in their order; {@code evdns_base_get_nameserver_addr}. */
  public List<InetSocketAddress> servers() {
    use("servers");
    return servers.addresses();
  }

  /**
   * Asks other servers from now on, whatever the files say, now and later. Look-ups that are under
   * way go on with those that they began with; {@code evdns_base_clear_nameservers_and_suspend} and
   * {@code nameserver_sockaddr_add}.
   */
  public void servers(final List<InetSocketAddress> addresses) {
    use("servers");
    Objects.requireNonNull(addresses, "addresses").forEach(Builder::requireServer);
    chosen = List.copyOf(addresses);
    servers.set(chosen, Map.of());
    cache.flush(); // what the former ones have said
  }

  /** Look-ups that begin from now on wait for {@link #resume}, at most for their deadline. */
  public void suspend() {
    use("suspend");
    servers.suspend();
  }

  /** Goes on after {@link #suspend}; {@code evdns_base_resume}. */
  public void resume() {
    use("resume");
    servers.resume();
  }

  /**
   * Reads the files again, and forgets the cache and what is known of the servers. Those of {@link
   * #servers(List)} stay.
   */
  public void reload() {
    use("reload");
    changed(files == null ? SystemFiles.Texts.NONE : files.read(), true);
  }

  /** Forgets what is kept of a name. */
  public void flushCache(final DnsName name) {
    Objects.requireNonNull(name, "name");
    use("flushCache");
    cache.flush(name);
  }

  /** Forgets all that is kept. */
  public void flushCache() {
    use("flushCache");
    cache.flush();
  }

  /** How many answers are kept. */
  public int cacheSize() {
    use("cacheSize");
    return cache.size();
  }

  /** About how many bytes the answers take that are kept. */
  public long cacheBytes() {
    use("cacheBytes");
    return cache.bytes();
  }

  /** How many servers are down at the moment. */
  public int serversDown() {
    use("serversDown");
    return servers.down();
  }

  /** The names of what the system's resolver asks besides, such as {@code mdns4_minimal}. */
  public List<String> unreachable() {
    use("unreachable");
    return local.order.unknown();
  }

  /** What it has done. The loop's thread. */
  public DnsStats stats() {
    context.services.requireLoopThread(this);
    return new DnsStats(context.counters);
  }

  /**
   * Ends all look-ups with {@link Kind#SHUTDOWN}; {@code evdns_base_free} with {@code
   * fail_requests}. A second call does nothing.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    context.services.requireLoopThread(this);
    closed = true;
    new ArrayList<>(pending).forEach(Request::shutDown);
    servers.close();
    cache.flush();
  }

  @Override
  public String toString() {
    return "DNS resolver of " + context.base;
  }

  /** Makes resolvers. */
  public static final class Builder {
    private static final int PADDING_BLOCK = 128;

    private final EventBase base;
    private final Settings settings = new Settings();
    private final List<InetSocketAddress> servers = new ArrayList<>();
    private final List<String> options = new ArrayList<>();
    private List<DnsName> domains;
    private HostsFile hosts = HostsFile.EMPTY;
    private SystemFiles files;
    private boolean readsServers;
    private Map<String, String> environment = Map.of();
    private StreamOpener streams = StreamOpener::tcp;
    private DnsTrace trace;

    private Builder(final EventBase base) {
      BaseAccess.services(base).requireOpen("make a resolver");
      this.base = base;
    }

    private static void requireServer(final InetSocketAddress address) {
      if (address.isUnresolved() || address.getPort() == 0) {
        throw new IllegalArgumentException("server " + address + ": not an address with a port");
      }
    }

    /** Adds servers, which are asked in this order; {@code evdns_base_nameserver_sockaddr_add}. */
    public Builder servers(final InetSocketAddress... addresses) {
      for (final InetSocketAddress each : Objects.requireNonNull(addresses, "addresses")) {
        requireServer(each);
        servers.add(each);
      }
      return this;
    }

    /** The domains of the search, instead of the file's; {@code evdns_base_search_add}. */
    public Builder search(final String... names) {
      final List<DnsName> read = new ArrayList<>();
      for (final String each : Objects.requireNonNull(names, "names")) {
        read.add(DnsName.ofHost(each));
      }
      domains = List.copyOf(read);
      return this;
    }

    /**
     * Options with spaces between them, those of resolv.conf and of libevent; {@code
     * evdns_base_set_option}. They win over those of a file. Unknown ones change nothing.
     *
     * @throws IllegalArgumentException if a value is none
     */
    public Builder options(final String text) {
      for (final String each : Objects.requireNonNull(text, "text").strip().split("\\s+", -1)) {
        if (!each.isEmpty()) {
          settings.copy().set(each);
          options.add(each);
        }
      }
      return this;
    }

    /** How long a look-up may take, up to an hour, waiting for its turn included; 10 s. */
    public Builder deadline(final Duration duration) {
      settings.deadlineNanos = Settings.nanos("duration", duration);
      return this;
    }

    /**
     * How much the cache keeps.
     *
     * @param entries 0 or more; 0 is no cache
     * @param bytes 0 or more
     */
    public Builder cache(final int entries, final long bytes) {
      Arguments.atLeast("entries", entries, 0);
      Arguments.atLeast("bytes", bytes, 0);
      settings.cacheEntries = entries;
      settings.cacheBytes = bytes;
      return this;
    }

    /** The text of a file of hosts, instead of the system's; {@code evdns_base_load_hosts}. */
    public Builder hosts(final String text) {
      hosts = HostsFile.parse(Objects.requireNonNull(text, "text"));
      return this;
    }

    /**
     * The system's files, and its environment. On macOS and Windows the servers are those that the
     * system names; on macOS with the domains that some of them are for.
     */
    public Builder systemFiles() {
      environment = System.getenv();
      readsServers = true;
      files = SystemFiles.ofSystem(BaseAccess.services(base).engine(), environment);
      return this;
    }

    /**
     * Other files, each of which may be null; {@code evdns_base_resolv_conf_parse}. They are read
     * now, and again when they have changed.
     */
    public Builder files(final Path resolvConf, final Path hostsFile, final Path nameSwitch) {
      files = new SystemFiles(resolvConf, hostsFile, nameSwitch, null);
      readsServers = resolvConf != null;
      return this;
    }

    /**
     * Servers are asked over TLS alone (RFC 7858). They never are in the clear, whatever fails.
     * Queries are filled up to a multiple of 128 bytes (RFC 8467). Port 853 takes the place of 53.
     *
     * @param context a client's: what it trusts, and whether it checks the name
     * @param name the name in the certificate of the servers, or null: their address is in it
     */
    public Builder tls(final TlsContext context, final String name) {
      if (!Objects.requireNonNull(context, "context").isClient()) {
        throw new IllegalArgumentException("context " + context + ": it is a server's");
      }
      settings.tcpOnly = true;
      settings.paddingBlock = PADDING_BLOCK;
      return streams(StreamOpener.tls(context, name));
    }

    /** Has each step of the look-ups reported. */
    public Builder trace(final DnsTrace next) {
      trace = Objects.requireNonNull(next, "next");
      return this;
    }

    Builder streams(final StreamOpener opener) {
      streams = opener;
      return this;
    }

    /**
     * The resolver.
     *
     * @throws IllegalStateException if the base is closed
     */
    public DnsResolver build() {
      return new DnsResolver(this);
    }
  }
}
