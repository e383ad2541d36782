package org.jevent.sim;

import org.junit.platform.suite.api.IncludeClassNamePatterns;
import org.junit.platform.suite.api.IncludeEngines;
import org.junit.platform.suite.api.IncludeTags;
import org.junit.platform.suite.api.SelectPackages;
import org.junit.platform.suite.api.Suite;

/** The library's tests that run on each engine, on {@link SimulatedEngine}. */
@Suite
@IncludeEngines("junit-jupiter")
@SelectPackages("org.jevent.conformance")
@IncludeClassNamePatterns(".*Test")
@IncludeTags("engine")
class ConformanceTest {}
