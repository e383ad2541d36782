package org.jevent.dns.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that are read and written, and what is none. */
class DnsMessageTest {
  static final DnsName NAME = DnsName.parse("www.Example.org");

  private static final class Bytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Bytes header(final int questions, final int answers, final int additional) {
      return u16(7, 0x8180, questions, answers, 0, additional);
    }

    Bytes u16(final int... values) {
      for (final int value : values) {
        out.write(value >> 8);
        out.write(value);
      }
      return this;
    }

    Bytes u8(final int... values) {
      for (final int value : values) {
        out.write(value);
      }
      return this;
    }

    Bytes text(final String text) {
      out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    }

    int size() {
      return out.size();
    }

    DnsMessage read() {
      return DnsMessage.read(ByteBuffer.wrap(out.toByteArray()));
    }

    void isRefused(final String why) {
      assertThatThrownBy(this::read)
          .isInstanceOf(DnsFormatException.class)
          .hasMessageContaining(why);
    }
  }

  private static Bytes bytes() {
    return new Bytes();
  }

  /** One of each kind of record. */
  static DnsMessage everything() {
    try {
      final TreeMap<Integer, RData.Bytes> parameters = new TreeMap<>();
      parameters.put(1, RData.Bytes.of((byte) 2, (byte) 'h', (byte) '2'));
      parameters.put(3, RData.Bytes.of((byte) 1, (byte) 0xbb));
      final DnsName mail = DnsName.parse("mail.example.org");
      return DnsMessage.reply(DnsMessage.query(NAME, DnsType.ANY).id(4711).build())
          .flag(DnsMessage.RA | DnsMessage.AA, true)
          .answer(DnsRecord.address(NAME, 300, InetAddress.getByName("192.0.2.1")))
          .answer(DnsRecord.address(NAME, 300, InetAddress.getByName("2001:db8::1")))
          .answer(DnsRecord.of(NAME, DnsType.MX, 5, new RData.Mx(10, mail)))
          .answer(DnsRecord.txt(NAME, 0, "hello \"world\"", "", "x".repeat(255)))
          .answer(DnsRecord.cname(DnsName.parse("alias.example.org"), 1, NAME))
          .answer(
              DnsRecord.of(
                  DnsName.parse("_http._tcp.example.org"),
                  DnsType.SRV,
                  9,
                  new RData.Srv(1, 2, 80, NAME)))
          .answer(DnsRecord.of(NAME, DnsType.HTTPS, 9, new RData.Svcb(1, DnsName.ROOT, parameters)))
          .answer(
              DnsRecord.of(
                  NAME,
                  DnsType.CAA,
                  9,
                  new RData.Caa(128, "issue", RData.Bytes.utf8("ca.example"))))
          .answer(
              DnsRecord.of(
                  NAME, new DnsType(4000), 9, new RData.Raw(RData.Bytes.of((byte) 1, (byte) 2))))
          .authority(
              DnsRecord.of(
                  NAME.parent(),
                  DnsType.SOA,
                  60,
                  new RData.Soa(NAME, mail, 0xfffffffeL, 2, 3, 4, 5)))
          .authority(DnsRecord.ns(NAME.parent(), 60, NAME))
          .additional(DnsRecord.ptr(DnsName.ROOT, 60, NAME))
          .edns(
              new Edns(
                  1232,
                  0,
                  true,
                  List.of(new Edns.Option(Edns.COOKIE, RData.Bytes.of(new byte[8])))))
          .build();
    } catch (final java.net.UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    final DnsMessage message = everything();
    final DnsMessage again = DnsMessage.read(ByteBuffer.wrap(message.toBytes()));
    assertThat(again).isEqualTo(message).hasSameHashCodeAs(message);
    assertThat(again).hasToString(message.toString());
    assertThat(again.question().name().equalsExactly(NAME)).isTrue();
    assertThat(again.toBuilder().build()).isEqualTo(message);
  }

  @Test
  void everyPrefixOfAMessageIsRefused() {
    final byte[] whole = everything().toBytes();
    for (int i = 0; i < whole.length; i++) {
      final ByteBuffer prefix = ByteBuffer.wrap(whole, 0, i);
      assertThatThrownBy(() -> DnsMessage.read(prefix)).isInstanceOf(DnsFormatException.class);
      assertThat(prefix.position()).isZero();
    }
  }

  @Test
  void whatFollowsTheLastRecordIsLeft() {
    final byte[] whole = everything().toBytes();
    final ByteBuffer more = ByteBuffer.wrap(Arrays.copyOf(whole, whole.length + 3));
    DnsMessage.read(more);
    assertThat(more.remaining()).isEqualTo(3);
  }

  @Test
  void countsAreNotBelieved() {
    bytes().u16(1, 0, 65_535, 65_535, 65_535, 65_535).isRefused("without an end");
  }

  @Test
  void pointersGoBackwards() {
    bytes().header(1, 0, 0).u16(0xc00c, 1, 1).isRefused("a pointer to 12");
    bytes().header(1, 0, 0).u16(0xc00e, 1, 1).isRefused("a pointer to 14");
    bytes().header(1, 0, 0).u8(1, 'a').u16(0xc00c, 1, 1).isRefused("a pointer to 12");
    bytes().header(2, 0, 0).u8(1, 'a', 0).u16(1, 1).u16(0xc00c, 1, 1).read();
    bytes().header(1, 0, 0).u8(0xc0).isRefused("half a pointer");
    bytes().header(1, 0, 0).u8(0x40, 0).u16(1, 1).isRefused("label of type 1");
    bytes().header(1, 0, 0).u8(0x80, 0).u16(1, 1).isRefused("label of type 2");
    bytes().header(1, 0, 0).u8(5, 'a').isRefused("beyond the end");
  }

  @Test
  void aPointerIntoTheHeaderIsANameOfItsBytes() {
    final DnsMessage read = bytes().u16(0x0161, 0, 1, 0, 0, 0).u16(0xc000, 1, 1).read();
    assertThat(read.question().name()).hasToString("a");
  }

  @Test
  void manyPointersCostLittle() {
    assertThat(chain(200).read().answers()).hasSize(200);
    chain(1100).isRefused("pointers to follow");
  }

  /** The name of each record points to that of the record before. */
  private static Bytes chain(final int count) {
    final Bytes chain = bytes().header(1, count, 0).u8(1, 'a', 0).u16(1, 1);
    int last = 12;
    for (int i = 0; i < count; i++) {
      final int here = chain.size();
      chain.u16(0xc000 | last, 10, 1, 0, 0, 2, 7);
      last = here;
    }
    return chain;
  }

  @Test
  void namesTogetherAreBounded() {
    final Bytes all = bytes().header(1, 400, 0);
    for (int i = 0; i < 126; i++) {
      all.u8(1, 'a');
    }
    all.u8(0).u16(1, 1);
    for (int i = 0; i < 400; i++) {
      all.u16(0xc00c, 99, 1, 0, 0, 0);
    }
    all.isRefused("names of more than");
  }

  @Test
  void lengthsOfNamesHaveTheirEnds() {
    final Bytes most = bytes().header(1, 0, 0);
    IntStream.range(0, 127).forEach(i -> most.u8(1, 'a'));
    most.u8(0).u16(1, 1);
    assertThat(most.read().question().name().labels()).isEqualTo(127);
    final Bytes more = bytes().header(1, 0, 0);
    IntStream.range(0, 128).forEach(i -> more.u8(1, 'a'));
    more.u8(0).u16(1, 1).isRefused("more than 255");
  }

  @Test
  void dataFillsItsLength() {
    bytes().header(0, 1, 0).u8(0).u16(1, 1, 0, 0, 8, 1, 2, 3, 4).isRefused("left over");
    bytes().header(0, 1, 0).u8(0).u16(1, 1, 0, 0, 3).u8(1, 2, 3, 4).isRefused("wanted");
    bytes().header(0, 1, 0).u8(0).u16(5, 1, 0, 0, 2).u8(1, 'a', 0).isRefused("");
    bytes().header(0, 1, 0).u8(0).u16(5, 1, 0, 0, 4).u8(1, 'a', 0, 0).isRefused("left over");
    bytes().header(0, 1, 0).u8(0).u16(16, 1, 0, 0, 3).u8(3, 'a', 'b').isRefused("wanted");
    bytes().header(0, 1, 0).u8(0).u16(16, 1, 0, 0, 0).isRefused("without a string");
    bytes().header(0, 1, 0).u8(0).u16(1, 1, 0, 0, 400).isRefused("data of 400");
    address(28, 16).read();
    address(28, 15).isRefused("wanted");
    address(28, 17).isRefused("left over");
    address(28, 4).isRefused("wanted");
    address(1, 16).isRefused("left over");
    mail(5, 1, 'a', 0).read();
    mail(4, 1, 'a', 0).isRefused("without an end");
    mail(6, 1, 'a', 0, 0).isRefused("left over");
    mail(5, 0xc0, 12, 0).isRefused("left over");
    bytes().header(0, 1, 0).u8(0).u16(257, 1, 0, 0, 2).u8(0, 0).isRefused("without a tag");
  }

  /** An address of a length. */
  private static Bytes address(final int type, final int length) {
    return bytes().header(0, 1, 0).u8(0).u16(type, 1, 0, 0, length).u8(new int[length]);
  }

  /** An MX record of a length: a preference, and a name of these bytes. */
  private static Bytes mail(final int length, final int... name) {
    return bytes().header(0, 1, 0).u8(0).u16(15, 1, 0, 0, length).u8(0, 7).u8(name);
  }

  @Test
  void keysOfServicesAscend() {
    bytes().header(0, 1, 0).u8(0).u16(64, 1, 0, 0, 11, 1).u8(0).u16(3, 0, 1, 0).isRefused("key 1");
    bytes().header(0, 1, 0).u8(0).u16(64, 1, 0, 0, 11, 1).u8(0).u16(3, 0, 3, 0).isRefused("key 3");
    bytes().header(0, 1, 0).u8(0).u16(64, 1, 0, 0, 11, 1).u8(0).u16(1, 0, 3, 0).read();
  }

  @Test
  void thereIsOneExtensionInItsPlace() {
    final int[] opt = {41, 1232, 0, 0, 0};
    assertThat(bytes().header(0, 0, 1).u8(0).u16(opt).read().edns().udpSize()).isEqualTo(1232);
    bytes().header(0, 0, 2).u8(0).u16(opt).u8(0).u16(opt).isRefused("OPT");
    bytes().header(0, 1, 0).u8(0).u16(opt).isRefused("OPT");
    bytes().header(0, 0, 1).u8(1, 'a', 0).u16(opt).isRefused("OPT");
    bytes().u16(7, 0x8180, 0, 0, 1, 0).u8(0).u16(opt).isRefused("OPT");
    bytes().header(0, 0, 1).u8(0).u16(41, 1232, 0, 0, 4, 1, 9).isRefused("wanted");
    final DnsMessage extended =
        bytes().header(0, 0, 1).u8(0).u16(41, 512, 0x0100, 0x8000, 0).read();
    assertThat(extended.rcode()).isEqualTo(Rcode.BADVERS);
    assertThat(extended.edns().dnssecOk()).isTrue();
  }

  @Test
  void aTtlWithItsTopBitIsNone() {
    final DnsMessage read =
        bytes().header(0, 1, 0).u8(0).u16(1, 1, 0x8000, 5, 4).u8(1, 2, 3, 4).read();
    assertThat(read.answers().get(0).ttl()).isZero();
  }

  @Test
  void otherClassesHaveBytes() {
    final DnsMessage read = bytes().header(0, 1, 0).u8(0).u16(1, 3, 0, 5, 2).u8(1, 2).read();
    assertThat(read.answers().get(0).data()).isInstanceOf(RData.Raw.class);
    assertThat(DnsMessage.read(ByteBuffer.wrap(read.toBytes()))).isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1232})
  void whatIsTooLongHasNoRecords(final int size) {
    final DnsMessage.Builder builder =
        DnsMessage.reply(DnsMessage.query(NAME, DnsType.TXT).build()).edns(new Edns(4096));
    IntStream.range(0, 10).forEach(i -> builder.answer(DnsRecord.txt(NAME, 1, "x".repeat(200))));
    final ByteBuffer target = ByteBuffer.allocate(size);
    assertThat(builder.build().write(target)).isFalse();
    final DnsMessage read = DnsMessage.read(target.flip());
    assertThat(read.has(DnsMessage.TC)).isTrue();
    assertThat(read.answers()).isEmpty();
    assertThat(read.edns()).isEqualTo(new Edns(4096));
    assertThat(read.question().name()).isEqualTo(NAME);
  }

  @Test
  void pointersEndWhereTheyCannotPoint() {
    final DnsMessage.Builder builder =
        DnsMessage.query(NAME, DnsType.TXT).flag(DnsMessage.QR, true);
    for (int i = 0; i < 300; i++) {
      final DnsName owner = DnsName.parse("host" + i + ".deep.example.org");
      builder.answer(DnsRecord.txt(owner, 1, "x".repeat(100)));
      builder.answer(DnsRecord.cname(owner, 1, DnsName.parse("other" + i % 150 + ".example.org")));
    }
    final DnsMessage large = builder.build();
    assertThat(large.toBytes().length).isGreaterThan(0x4000);
    assertThat(DnsMessage.read(ByteBuffer.wrap(large.toBytes()))).isEqualTo(large);
  }

  @Test
  void namesAreCompressedInTheirCase() {
    final DnsMessage message =
        DnsMessage.query(DnsName.parse("aBc.de"), DnsType.A)
            .answer(DnsRecord.cname(DnsName.parse("aBc.de"), 1, DnsName.parse("x.de")))
            .answer(DnsRecord.cname(DnsName.parse("abc.de"), 1, DnsName.parse("aBc.DE")))
            .build();
    final DnsMessage read = DnsMessage.read(ByteBuffer.wrap(message.toBytes()));
    assertThat(read.toString()).isEqualTo(message.toString());
  }

  /** Labels are compared by their bytes: the text of both names ends alike. */
  @Test
  void aLabelWithADotIsNotTwoLabels() {
    final DnsName one = new DnsNames("a.b", "test").made();
    final DnsName three = new DnsNames("x", "a", "b", "test").made();
    final DnsMessage message =
        DnsMessage.query(one, DnsType.A)
            .answer(DnsRecord.cname(three, 1, one))
            .answer(DnsRecord.cname(one, 1, three))
            .build();
    final DnsMessage read = DnsMessage.read(ByteBuffer.wrap(message.toBytes()));
    assertThat(read).isEqualTo(message);
    assertThat(read.question().name().labels()).isEqualTo(2);
    assertThat(read.answers().get(0).name().labels()).isEqualTo(4);
    assertThat(three.isWithin(one)).isFalse();
  }

  /** A name of labels that may have dots. */
  private record DnsNames(String... labels) {
    DnsName made() {
      final Bytes message = bytes().header(1, 0, 0);
      for (final String each : labels) {
        message.u8(each.length()).text(each);
      }
      return message.u8(0).u16(1, 1).read().question().name();
    }
  }

  /** More than 64 KiB cannot be written whole; what is cut has no records, and says so. */
  @Test
  void noMessageIsLargerThanItsLengthCanSay() {
    final DnsMessage.Builder builder =
        DnsMessage.reply(DnsMessage.query(NAME, DnsType.TXT).build());
    IntStream.range(0, 300).forEach(i -> builder.answer(DnsRecord.txt(NAME, 1, "x".repeat(240))));
    final DnsMessage large = builder.build();
    assertThatThrownBy(large::toBytes).isInstanceOf(DnsFormatException.class);
    final ByteBuffer target = ByteBuffer.allocate(100_000);
    assertThat(large.write(target)).isFalse();
    final DnsMessage read = DnsMessage.read(target.flip());
    assertThat(read.has(DnsMessage.TC)).isTrue();
    assertThat(read.answers()).isEmpty();
  }

  @Test
  void wrongRecordsAreRefused() {
    final RData text = RData.Txt.of("x");
    assertThatThrownBy(() -> DnsRecord.of(NAME, DnsType.A, 1, text))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DnsRecord.of(NAME, DnsType.TXT, -1, text))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RData.Txt.of("x".repeat(256)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new DnsType(65_536)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DnsMessage.query(NAME, DnsType.A).rcode(Rcode.BADVERS).build())
        .isInstanceOf(IllegalStateException.class);
    assertThat(DnsType.parse("TYPE65")).isEqualTo(DnsType.HTTPS).hasToString("HTTPS");
    assertThatThrownBy(() -> DnsType.parse("TYPE")).isInstanceOf(IllegalArgumentException.class);
  }
}
