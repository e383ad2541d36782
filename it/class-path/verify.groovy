def outcome = evaluate(new File(root, 'it/outcome.groovy'))
outcome('run', 'the library in the jar, bound by jna')
return true
