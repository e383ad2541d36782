def newest = evaluate(new File(root, 'it/newest-jdk.groovy'))
if (newest < 24) {
  println "JDK 24 is the first that can forbid native code; the newest one here is $newest"
  return false
}
