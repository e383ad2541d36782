import java.util.jar.JarFile

def outcome = evaluate(new File(root, 'it/outcome.groovy'))
def warnings = outcome('run', 'the library in the jar, bound by jna')
assert warnings.isEmpty(): warnings

// All libraries are in there, of all platforms that the jar was built for.
def natives = { file -> new JarFile(file).withCloseable { jar ->
  jar.entries()*.name.findAll { it ==~ '[^/]+/(lib)?jevent[.](so|dylib|dll)' } as Set
} }
def expected = natives(new File(jar))
assert !expected.isEmpty()
assert natives(new File(basedir, 'target/shaded-1.jar')) == expected
return true
