// The newest JDK of this machine, as the project's scripts find it.
def find = ['bash', '-c', '. scripts/lib/common.sh && jdk_versions | tail -1'].execute(null, new File(root))
def newest = find.text.trim()
assert find.waitFor() == 0: find.err.text
return newest.toInteger()
