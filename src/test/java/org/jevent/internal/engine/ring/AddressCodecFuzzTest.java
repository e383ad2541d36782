package org.jevent.internal.engine.ring;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jevent.error.Errno;
import org.jevent.error.ErrnoException;
import org.jevent.fuzz.Input;

/** Whatever stands where the shim writes an address is read, and comes back as it was read. */
class AddressCodecFuzzTest {
  @FuzzTest
  void whatIsReadComesBack(final byte[] bytes) {
    final Input input = new Input(bytes);
    final ByteBuffer memory = memory();
    final int family =
        input.bit() ? input.number(Layout.FAMILY_UNIX) : (short) input.number(65_535);
    final int port = input.number(65_535);
    final int scope = input.number();
    final int length = input.number();
    memory.putShort(Layout.ADDRESS_FAMILY, (short) family);
    memory.putShort(Layout.ADDRESS_PORT, (short) port);
    memory.putInt(Layout.ADDRESS_SCOPE, scope);
    memory.putInt(Layout.ADDRESS_LENGTH, lengthOf(family, length));
    memory.position(Layout.ADDRESS_BYTES);
    memory.put(input.bytes(AddressCodec.SIZE - Layout.ADDRESS_BYTES));
    final SocketAddress read = AddressCodec.read(memory, 0);
    if (read == null) {
      assertThat(family).isNotIn(Layout.FAMILY_INET, Layout.FAMILY_INET6, Layout.FAMILY_UNIX);
      return;
    }
    if (read instanceof InetSocketAddress internet) {
      assertThat(internet.getPort()).isEqualTo(port);
    }
    comesBack(read);
  }

  private static void comesBack(final SocketAddress address) {
    final ByteBuffer memory = memory();
    try {
      AddressCodec.write(address, memory, 0);
    } catch (final ErrnoException e) {
      // Characters that stand for what is no UTF-8 take more room.
      assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG);
      return;
    }
    final SocketAddress again = AddressCodec.read(memory, 0);
    assertThat(again).isEqualTo(address);
    assertThat(scopeOf(again)).isEqualTo(scopeOf(address));
  }

  /** Any for names, that of the shim for numbers. */
  private static int lengthOf(final int family, final int any) {
    return switch (family) {
      case Layout.FAMILY_INET -> 4;
      case Layout.FAMILY_INET6 -> 16;
      default -> any;
    };
  }

  private static int scopeOf(final SocketAddress address) {
    return address instanceof InetSocketAddress internet
            && internet.getAddress() instanceof Inet6Address six
        ? six.getScopeId()
        : 0;
  }

  private static ByteBuffer memory() {
    return ByteBuffer.allocate(AddressCodec.SIZE).order(ByteOrder.nativeOrder());
  }
}
