package org.jevent.dns.message;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jevent.internal.engine.Arguments;

/** A message: a query, a reply or anything else with that form. */
public final class DnsMessage {
  /** The bytes of a header. */
  public static final int HEADER = 12;

  /** The bytes that a message has at most. */
  public static final int MAX_SIZE = 65_535;

  /** The bytes that a datagram has at most without EDNS. */
  public static final int MAX_PLAIN_UDP = 512;

  /** Flag: a reply. */
  public static final int QR = 0x8000;

  /** Flag: the answer is of a server that has the name. */
  public static final int AA = 0x0400;

  /** Flag: something was left out. */
  public static final int TC = 0x0200;

  /** Flag: recursion is desired. */
  public static final int RD = 0x0100;

  /** Flag: recursion is available. */
  public static final int RA = 0x0080;

  /** Flag: the data is authentic. */
  public static final int AD = 0x0020;

  /** Flag: checking is disabled. */
  public static final int CD = 0x0010;

  private static final int FLAGS = QR | AA | TC | RD | RA | AD | CD;
  private static final int OPCODE_SHIFT = 11;
  private static final int OPCODE_MASK = 0xf;

  private final int id;
  private final int flags;
  private final Rcode rcode;
  private final List<DnsQuestion> questions;
  private final List<DnsRecord> answers;
  private final List<DnsRecord> authority;
  private final List<DnsRecord> additional;
  private final Edns edns;

  DnsMessage(
      final int id,
      final int flags,
      final Rcode rcode,
      final List<DnsQuestion> questions,
      final List<DnsRecord> answers,
      final List<DnsRecord> authority,
      final List<DnsRecord> additional,
      final Edns edns) {
    this.id = id;
    this.flags = flags & ~0xf;
    this.rcode = rcode;
    this.questions = List.copyOf(questions);
    this.answers = List.copyOf(answers);
    this.authority = List.copyOf(authority);
    this.additional = List.copyOf(additional);
    this.edns = edns;
  }

  /**
   * Reads a message from the buffer's position on, which moves behind its last record. What is left
   * after that belongs to no message.
   *
   * @throws DnsFormatException if it is none; the position has not moved
   */
  public static DnsMessage read(final ByteBuffer bytes) {
    return MessageReader.read(Objects.requireNonNull(bytes, "bytes"));
  }

  /**
   * Writes it at the buffer's position, which moves. If it has not the room, the message is written
   * without its records, but for OPT, and with {@link #TC}.
   *
   * @return whether all of it was written
   * @throws DnsFormatException if there is no room for the question either
   */
  public boolean write(final ByteBuffer target) {
    return new MessageWriter().write(this, target);
  }

  /** Its bytes. */
  public byte[] toBytes() {
    final MessageWriter writer = new MessageWriter();
    if (!writer.encode(this, MAX_SIZE)) {
      throw new DnsFormatException("a message of more than " + MAX_SIZE + " bytes");
    }
    return writer.toBytes();
  }

  /** A query with the flag {@link #RD} and without EDNS. */
  public static Builder query(final DnsName name, final DnsType type) {
    return new Builder().flags(RD).question(new DnsQuestion(name, type));
  }

  /** A reply with the id, the opcode, the question and RD of a query. */
  public static Builder reply(final DnsMessage query) {
    Objects.requireNonNull(query, "query");
    final Builder builder =
        new Builder().id(query.id).opcode(query.opcode()).flags(QR | (query.flags & (RD | CD)));
    query.questions.forEach(builder::question);
    return builder;
  }

  /** One of the same content, to be changed. */
  public Builder toBuilder() {
    final Builder builder = new Builder().id(id).opcode(opcode()).flags(flags()).rcode(rcode);
    builder.edns(edns);
    builder.questions = questions;
    builder.answers = answers;
    builder.authority = authority;
    builder.additional = additional;
    return builder;
  }

  /** 0 to 65,535. */
  public int id() {
    return id;
  }

  /** Those of the flags that are set, as a union. */
  public int flags() {
    return flags & FLAGS;
  }

  public boolean has(final int flag) {
    return (flags & flag) != 0;
  }

  /** 0 is a query. */
  public int opcode() {
    return (flags >>> OPCODE_SHIFT) & OPCODE_MASK;
  }

  /** With the upper bits that EDNS adds. */
  public Rcode rcode() {
    return rcode;
  }

  public List<DnsQuestion> questions() {
    return questions;
  }

  /** The only question, or null if there is none or another one. */
  public DnsQuestion question() {
    return questions.size() == 1 ? questions.get(0) : null;
  }

  public List<DnsRecord> answers() {
    return answers;
  }

  public List<DnsRecord> authority() {
    return authority;
  }

  /** The additional records without OPT, which is {@link #edns}. */
  public List<DnsRecord> additional() {
    return additional;
  }

  /** The extension, or null. */
  public Edns edns() {
    return edns;
  }

  int wireFlags() {
    return flags | (rcode.code() & 0xf);
  }

  @Override
  public boolean equals(final Object other) {
    return other instanceof DnsMessage same
        && id == same.id
        && flags == same.flags
        && rcode.equals(same.rcode)
        && questions.equals(same.questions)
        && answers.equals(same.answers)
        && authority.equals(same.authority)
        && additional.equals(same.additional)
        && Objects.equals(edns, same.edns);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, flags, rcode, questions, answers);
  }

  /** In several lines, as tools show it. */
  @Override
  public String toString() {
    final StringBuilder text = new StringBuilder(200);
    text.append(";; ").append(has(QR) ? "reply " : "query ").append(id).append(' ').append(rcode);
    final String[] names = {"qr", "aa", "tc", "rd", "ra", "ad", "cd"};
    final int[] bits = {QR, AA, TC, RD, RA, AD, CD};
    for (int i = 0; i < bits.length; i++) {
      text.append(has(bits[i]) ? " " + names[i] : "");
    }
    text.append(opcode() == 0 ? "" : " opcode " + opcode()).append('\n');
    questions.forEach(each -> text.append(';').append(each).append('\n'));
    section(text, "answer", answers);
    section(text, "authority", authority);
    section(text, "additional", additional);
    return text.toString();
  }

  private static void section(
      final StringBuilder text, final String name, final List<DnsRecord> records) {
    if (!records.isEmpty()) {
      text.append(";; ").append(name).append('\n');
      records.forEach(each -> text.append(each).append('\n'));
    }
  }

  /** Makes messages. */
  public static final class Builder {
    private int id;
    private int flags;
    private int opcode;
    private Rcode rcode = Rcode.NOERROR;
    private Edns edns;
    private List<DnsQuestion> questions = List.of();
    private List<DnsRecord> answers = List.of();
    private List<DnsRecord> authority = List.of();
    private List<DnsRecord> additional = List.of();

    /** Of a query without a question. */
    public Builder() {}

    /** 0 to 65,535. */
    public Builder id(final int next) {
      Arguments.within("next", next, 0, RData.MAX_16);
      id = next;
      return this;
    }

    /** A union of the flags, instead of those before. */
    public Builder flags(final int union) {
      Arguments.bits("union", union, FLAGS, "QR|AA|TC|RD|RA|AD|CD (0x87b0)");
      flags = union;
      return this;
    }

    /** Sets or clears flags. */
    public Builder flag(final int which, final boolean on) {
      Arguments.bits("which", which, FLAGS, "QR|AA|TC|RD|RA|AD|CD (0x87b0)");
      return flags(on ? flags | which : flags & ~which);
    }

    /** 0 to 15. */
    public Builder opcode(final int next) {
      Arguments.within("next", next, 0, OPCODE_MASK);
      opcode = next;
      return this;
    }

    public Builder rcode(final Rcode next) {
      rcode = Objects.requireNonNull(next, "next");
      return this;
    }

    public Builder question(final DnsQuestion question) {
      questions = with(questions, Objects.requireNonNull(question, "question"));
      return this;
    }

    public Builder answer(final DnsRecord record) {
      answers = with(answers, Objects.requireNonNull(record, "record"));
      return this;
    }

    public Builder authority(final DnsRecord record) {
      authority = with(authority, Objects.requireNonNull(record, "record"));
      return this;
    }

    public Builder additional(final DnsRecord record) {
      additional = with(additional, Objects.requireNonNull(record, "record"));
      return this;
    }

    /** The list with one more: most have none or one, and those are lists that do not change. */
    private static <T> List<T> with(final List<T> list, final T item) {
      if (list.isEmpty()) {
        return List.of(item);
      }
      if (list instanceof ArrayList) {
        list.add(item);
        return list;
      }
      final List<T> longer = new ArrayList<>(list);
      longer.add(item);
      return longer;
    }

    /** Null: none. */
    public Builder edns(final Edns next) {
      edns = next;
      return this;
    }

    /**
     * The message.
     *
     * @throws IllegalStateException if the rcode needs EDNS, and there is none
     */
    public DnsMessage build() {
      if (rcode.code() > 0xf && edns == null) {
        throw new IllegalStateException(rcode + " needs EDNS");
      }
      return new DnsMessage(
          id,
          flags | (opcode << OPCODE_SHIFT),
          rcode,
          questions,
          answers,
          authority,
          additional,
          edns);
    }
  }
}
