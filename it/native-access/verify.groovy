def outcome = evaluate(new File(root, 'it/outcome.groovy'))
[
  'class-path': 'jna',
  'module-path': 'jni',
  'module-path-with-jna': 'jna',
].each { run, binding ->
  def warnings = outcome(run, "the library in the jar, bound by $binding")
  assert warnings.isEmpty(): "$run: $warnings"
}
return true
