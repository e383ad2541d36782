package org.jevent.dns.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** Messages beside dnsjava, which reads what is written here and the other way round. */
@Tag("dns")
class MessageOracleProperties {
  private static DnsName name(final Random random) {
    final StringBuilder text = new StringBuilder();
    final int labels = 1 + random.nextInt(4);
    for (int i = 0; i < labels; i++) {
      text.append(i == 0 ? "" : ".");
      final int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 63 : 4);
      for (int j = 0; j < length; j++) {
        text.append(
            random.nextInt(20) == 0
                ? String.format(Locale.ROOT, "\\%03d", random.nextInt(256))
                : String.valueOf((char) ((random.nextBoolean() ? 'a' : 'A') + random.nextInt(3))));
      }
    }
    try {
      return DnsName.parse(text.toString());
    } catch (final DnsFormatException e) {
      return DnsName.ROOT; // too long
    }
  }

  private static DnsRecord record(final Random random) throws UnknownHostException {
    final DnsName owner = name(random);
    final int ttl = random.nextInt(1000);
    final byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    final byte[] four = new byte[4];
    random.nextBytes(four);
    return switch (random.nextInt(9)) {
      case 0 -> DnsRecord.address(owner, ttl, InetAddress.getByAddress(four));
      case 1 -> DnsRecord.of(owner, DnsType.AAAA, ttl, new RData.Address(six(random)));
      case 2 -> DnsRecord.cname(owner, ttl, name(random));
      case 3 -> DnsRecord.of(owner, DnsType.MX, ttl, new RData.Mx(random.nextInt(9), name(random)));
      case 4 ->
          DnsRecord.of(owner, DnsType.TXT, ttl, new RData.Txt(List.of(RData.Bytes.of(bytes))));
      case 5 ->
          DnsRecord.of(
              owner, DnsType.SRV, ttl, new RData.Srv(1, 2, random.nextInt(9), name(random)));
      case 6 ->
          DnsRecord.of(
              owner,
              DnsType.SOA,
              ttl,
              new RData.Soa(name(random), name(random), random.nextInt(9), 1, 2, 3, 4));
      case 7 -> DnsRecord.ptr(owner, ttl, name(random));
      default -> DnsRecord.of(owner, new DnsType(4000), ttl, new RData.Raw(RData.Bytes.of(bytes)));
    };
  }

  private static InetAddress six(final Random random) {
    final byte[] sixteen = new byte[16];
    random.nextBytes(sixteen);
    sixteen[0] = 0x20;
    return RDataReader.address(sixteen);
  }

  private static DnsMessage message(final Random random) throws UnknownHostException {
    final DnsMessage.Builder builder =
        DnsMessage.query(name(random), DnsType.A)
            .id(random.nextInt(65_536))
            .flag(DnsMessage.QR, random.nextBoolean());
    final int records = random.nextInt(12);
    for (int i = 0; i < records; i++) {
      switch (random.nextInt(3)) {
        case 0 -> builder.answer(record(random));
        case 1 -> builder.authority(record(random));
        default -> builder.additional(record(random));
      }
    }
    return builder.edns(random.nextBoolean() ? new Edns(1232) : null).build();
  }

  @Property
  void dnsjavaReadsWhatIsWritten(@ForAll final long seed) throws IOException {
    final DnsMessage message = message(new Random(seed));
    final Message read = new Message(message.toBytes());
    assertThat(read.getHeader().getID()).isEqualTo(message.id());
    same(read, Section.ANSWER, message.answers());
    same(read, Section.AUTHORITY, message.authority());
    final int opt = message.edns() == null ? 0 : 1;
    assertThat(read.getSection(Section.ADDITIONAL)).hasSize(message.additional().size() + opt);
    final byte[] theirs = read.toWire();
    assertThat(DnsMessage.read(ByteBuffer.wrap(theirs))).isEqualTo(message);
  }

  private static void same(
      final Message message, final int section, final List<DnsRecord> records) {
    final List<Record> theirs = message.getSection(section);
    assertThat(theirs).hasSameSizeAs(records);
    for (int i = 0; i < records.size(); i++) {
      final Record other = theirs.get(i);
      final DnsRecord ours = records.get(i);
      assertThat(DnsName.parse(other.getName().toString())).isEqualTo(ours.name());
      assertThat(other.getType()).isEqualTo(ours.type().code());
      assertThat(other.getTTL()).isEqualTo(ours.ttl());
      if (ours.address() != null) {
        assertThat(other.rdataToWireCanonical()).isEqualTo(ours.address().getAddress());
      }
    }
  }

  /** Bytes that were changed in one place: the same ones are messages here and there. */
  @Property
  void bothAgreeOnWhatIsAMessage(@ForAll final long seed) throws IOException {
    final Random random = new Random(seed);
    final byte[] bytes = message(random).toBytes();
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    DnsMessage ours = null;
    Message theirs = null;
    try {
      ours = DnsMessage.read(ByteBuffer.wrap(bytes));
    } catch (final DnsFormatException e) {
      // none here
    }
    try {
      theirs = new Message(bytes);
    } catch (final IOException | RuntimeException e) {
      // none there
    }
    if (ours != null && theirs != null && !theirs.getHeader().getFlag(6)) {
      // dnsjava reads less of a message with TC, and types that are raw here.
      assertThat(theirs.getHeader().getID()).isEqualTo(ours.id());
      assertThat(theirs.getSection(Section.ANSWER)).hasSameSizeAs(ours.answers());
    }
    if (ours != null) {
      assertThat(DnsMessage.read(ByteBuffer.wrap(ours.toBytes()))).isEqualTo(ours);
    }
  }

  @Property
  void anyBytesAreReadOrRefused(@ForAll final byte[] bytes) {
    try {
      assertThat(DnsMessage.read(ByteBuffer.wrap(bytes)).toString()).isNotEmpty();
    } catch (final DnsFormatException e) {
      assertThat(e).hasMessageContaining("message of " + bytes.length);
    }
  }
}
