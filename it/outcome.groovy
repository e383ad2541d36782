// What a run of the program must have left in a file: with the library bound like that, or on NIO.
// Gives back what was printed before: by the JVM, and by the library's log.
def system = System.getProperty('os.name').toLowerCase()
def best = system.startsWith('windows') ? 'iocp' : system.startsWith('linux') ? 'epoll' : 'kqueue'

return { String run, String library ->
  def lines = new File(basedir, "target/$run").readLines()
  def expected = [
    'method ' + (library == 'not loaded' ? 'nio' : best),
    'library'.padRight(10) + library,
    "echoed ${1 << 20}".toString(),
  ]
  def at = lines.size() - 4
  assert at >= 0 && lines[at..at + 2] == expected: "$run: $lines"
  assert (lines.last() =~ /^ticks (\d+)$/)[0][1].toInteger() >= 3: "$run: $lines"
  return lines.take(at)
}
