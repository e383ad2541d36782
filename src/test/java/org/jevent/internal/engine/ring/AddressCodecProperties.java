package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.arbitraries.StringArbitrary;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.jevent.TestSystem;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;

/** Addresses that go through the contract's form come back as they were. */
class AddressCodecProperties {
  private static final byte STALE = 0x5a;
  private static final int MAX_NAME = Layout.ADDRESS_SIZE - Layout.ADDRESS_BYTES;

  /** Through memory that an older address has left something in; nothing around it is touched. */
  private static SocketAddress through(final SocketAddress address) {
    final int at = 24;
    final byte[] content = new byte[at + AddressCodec.SIZE + at];
    Arrays.fill(content, STALE);
    final ByteBuffer memory = ByteBuffer.wrap(content).order(ByteOrder.nativeOrder());
    AddressCodec.write(address, memory, at);
    for (int i = 0; i < at; i++) {
      assertThat(content[i]).isEqualTo(STALE);
      assertThat(content[at + AddressCodec.SIZE + i]).isEqualTo(STALE);
    }
    return AddressCodec.read(memory, at);
  }

  private static SocketAddress read(final int family, final int length, final byte[] bytes) {
    final ByteBuffer memory = ByteBuffer.allocate(AddressCodec.SIZE).order(ByteOrder.nativeOrder());
    memory.putShort(Layout.ADDRESS_FAMILY, (short) family);
    memory.putInt(Layout.ADDRESS_LENGTH, length);
    memory.put(Layout.ADDRESS_BYTES, bytes);
    return AddressCodec.read(memory, 0);
  }

  @Property
  void fourBytesComeBack(
      @ForAll @Size(4) final byte[] bytes, @ForAll @IntRange(max = 65_535) final int port)
      throws UnknownHostException {
    final var address = new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    assertThat(through(address)).isEqualTo(address);
  }

  @Property
  void sixteenBytesComeBack(
      @ForAll @Size(16) final byte[] bytes, @ForAll @IntRange(max = 65_535) final int port)
      throws UnknownHostException {
    final var address = new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    assertThat(through(address)).isEqualTo(address);
  }

  @Property
  void scopesComeBack(
      @ForAll @Size(16) final byte[] bytes,
      @ForAll @IntRange(min = 1) final int scope,
      @ForAll @IntRange(max = 65_535) final int port)
      throws UnknownHostException {
    final var address = new InetSocketAddress(Inet6Address.getByAddress(null, bytes, scope), port);
    final var found = (InetSocketAddress) through(address);
    assertThat(found).isEqualTo(address);
    assertThat(((Inet6Address) found.getAddress()).getScopeId()).isEqualTo(scope);
  }

  /** Also those that the locale of this JVM has no characters for. */
  @Property
  void pathsComeBack(@ForAll("paths") final String path) {
    final byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    final var address = UnixDomainSocketAddress.of(SocketPath.of(bytes));
    assertThat(through(address)).isEqualTo(address);
  }

  /** The system gets what it gave, but for slashes that make no difference to it. */
  @Property
  void theBytesOfAPathComeBack(@ForAll("names of files") final byte[] name) {
    Assume.that(!TestSystem.WINDOWS);
    final String plain =
        new String(name, StandardCharsets.ISO_8859_1)
            .replaceAll("/+", "/")
            .replaceAll("(?s)(?<=.)/\\z", "");
    assertThat(SocketPath.bytes(SocketPath.of(name)))
        .isEqualTo(plain.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Provide("names of files")
  Arbitrary<byte[]> namesOfFiles() {
    return Arbitraries.bytes()
        .filter(each -> each != 0)
        .edgeCases(config -> config.add((byte) '/', (byte) '%', (byte) '.', (byte) 0xff))
        .array(byte[].class)
        .ofMaxSize(MAX_NAME);
  }

  /** Equal only where the system means the same file by them: no peer can pass for another. */
  @Property
  void namesThatDifferInOneByteDiffer(
      @ForAll @Size(min = 1, max = MAX_NAME) final byte[] name,
      @ForAll @IntRange(max = MAX_NAME - 1) final int place) {
    Assume.that(!TestSystem.WINDOWS);
    final int at = place % name.length;
    name[at] |= (byte) 0x80;
    final byte[] other = name.clone();
    other[at] ^= 1;
    assertThat(read(Layout.FAMILY_UNIX, other.length, other))
        .isNotEqualTo(read(Layout.FAMILY_UNIX, name.length, name));
  }

  @Provide
  Arbitrary<String> paths() {
    final StringArbitrary characters =
        TestSystem.WINDOWS
            ? Arbitraries.strings().alpha().numeric().withChars("!#$%&'()+,-;=@[]^_`{}~")
            : Arbitraries.strings().withCharRange('\u0001', '\u007f').withChars('/');
    return characters
        .withChars('\u00e9', '\u4e2d')
        .ofMaxLength(MAX_NAME)
        .filter(path -> path.getBytes(StandardCharsets.UTF_8).length <= MAX_NAME);
  }

  @Example
  void anAddressWithoutANameComesBackWithoutOne() {
    assertThat(through(UnixDomainSocketAddress.of(""))).isEqualTo(UnixDomainSocketAddress.of(""));
  }

  @Property
  void abstractNamesAreReadWithAnAtSign(@ForAll("names") final String name) {
    final byte[] bytes = ("\0" + name).getBytes(StandardCharsets.UTF_8);
    assertThat(read(Layout.FAMILY_UNIX, bytes.length, bytes))
        .isEqualTo(UnixDomainSocketAddress.of("@" + name));
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings().withCharRange('a', 'z').ofMaxLength(MAX_NAME - 1);
  }

  /** On every system, whatever its rules for paths. */
  @Property
  void anyTextThatAPeerChoosesIsReadWithoutComplaint(
      @ForAll @StringLength(max = 40) @CharRange(from = ' ', to = '~') final String text) {
    final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(read(Layout.FAMILY_UNIX, bytes.length, bytes))
        .isInstanceOf(UnixDomainSocketAddress.class);
  }

  @Property
  void anyBytesThatAPeerChoosesAreReadWithoutComplaint(
      @ForAll @Size(max = MAX_NAME) final byte[] bytes) {
    assertThat(read(Layout.FAMILY_UNIX, bytes.length, bytes))
        .isInstanceOf(UnixDomainSocketAddress.class);
  }

  @Property
  void aPathThatIsTooLongIsRefusedByName(
      @ForAll @IntRange(min = MAX_NAME + 1, max = 400) final int n) {
    final var address = UnixDomainSocketAddress.of("x".repeat(n));
    assertThatThrownBy(() -> through(address))
        .isInstanceOf(ErrnoException.class)
        .hasMessageContaining("x".repeat(n))
        .extracting(e -> ((ErrnoException) e).errno())
        .isEqualTo(Errno.ENAMETOOLONG);
    assertThat(through(UnixDomainSocketAddress.of("x".repeat(MAX_NAME))))
        .isEqualTo(UnixDomainSocketAddress.of("x".repeat(MAX_NAME)));
  }

  @Example
  void whatHasNoNumbersYetOrIsOfAnUnknownKindIsRefused() {
    assertThatThrownBy(() -> through(InetSocketAddress.createUnresolved("nowhere.invalid", 80)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nowhere.invalid");
    final SocketAddress odd =
        new SocketAddress() {
          private static final long serialVersionUID = 1L;

          @Override
          public String toString() {
            return "an odd one";
          }
        };
    assertThatThrownBy(() -> through(odd))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("an odd one");
  }

  @Property
  void noFamilyIsNoAddressAndImpossibleLengthsAreCut(@ForAll final int length) {
    assertThat(read(Layout.FAMILY_NONE, length, new byte[0])).isNull();
    assertThat(read(99, length, new byte[0])).isNull();
    assertThat(read(Layout.FAMILY_UNIX, length, new byte[0]))
        .isInstanceOf(UnixDomainSocketAddress.class);
  }
}
