package org.jevent.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a selector waits for on a channel that another thread may connect at any time. */
class ChannelOpsTest {
  /** A channel that is connected once it has been asked a number of times. */
  private static final class Connecting extends SocketChannel {
    private int questions;

    Connecting(final int questions) {
      super(SelectorProvider.provider());
      this.questions = questions;
    }

    private boolean isPending() {
      return questions-- > 0;
    }

    @Override
    public boolean isConnected() {
      return !isPending();
    }

    @Override
    public boolean isConnectionPending() {
      return isPending();
    }

    @Override
    public SocketChannel bind(final SocketAddress local) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> SocketChannel setOption(final SocketOption<T> name, final T value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> T getOption(final SocketOption<T> name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
      return Set.of();
    }

    @Override
    public SocketChannel shutdownInput() {
      return this;
    }

    @Override
    public SocketChannel shutdownOutput() {
      return this;
    }

    @Override
    public Socket socket() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean connect(final SocketAddress remote) {
      return false;
    }

    @Override
    public boolean finishConnect() {
      return false;
    }

    @Override
    public SocketAddress getRemoteAddress() {
      return null;
    }

    @Override
    public SocketAddress getLocalAddress() {
      return null;
    }

    @Override
    public int read(final ByteBuffer target) {
      return 0;
    }

    @Override
    public long read(final ByteBuffer[] targets, final int offset, final int length) {
      return 0;
    }

    @Override
    public int write(final ByteBuffer source) {
      return 0;
    }

    @Override
    public long write(final ByteBuffer[] sources, final int offset, final int length) {
      return 0;
    }

    @Override
    protected void implCloseSelectableChannel() {}

    @Override
    protected void implConfigureBlocking(final boolean block) {}
  }

  /** A key that only remembers its interest. */
  private static final class Key extends SelectionKey {
    private final Connecting channel;
    private int interest;

    Key(final Connecting channel) {
      this.channel = channel;
    }

    @Override
    public Connecting channel() {
      return channel;
    }

    @Override
    public Selector selector() {
      return null;
    }

    @Override
    public boolean isValid() {
      return true;
    }

    @Override
    public void cancel() {}

    @Override
    public int interestOps() {
      return interest;
    }

    @Override
    public SelectionKey interestOps(final int ops) {
      interest = ops;
      return this;
    }

    @Override
    public int readyOps() {
      return 0;
    }
  }

  /** No selector reports OP_CONNECT of a channel that is connected. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void anInterestThatIsFinalIsNeverConnecting(final int questions) {
    final Key key = new Key(new Connecting(questions));
    final boolean settled = ChannelOps.setInterest(key, Engine.WRITE);
    assertThat(settled && key.interestOps() == SelectionKey.OP_CONNECT).isFalse();
    assertThat(settled).isEqualTo(questions == 0);
    while (!ChannelOps.setInterest(key, Engine.WRITE)) {
      assertThat(key.interestOps()).isNotZero();
    }
    assertThat(key.interestOps()).isEqualTo(SelectionKey.OP_WRITE);
  }
}
