def outcome = evaluate(new File(root, 'it/outcome.groovy'))
def log = outcome('run', 'not loaded').join('\n')
assert log.contains('using pure NIO, as no native method can be used')
assert log.contains('Illegal native access'): log
return true
