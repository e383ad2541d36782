package org.jevent.sim;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The floors of the simulator, the lowest first: core, kernel, engine, the public face, junit. */
class SimulatorFloorsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.jevent.sim");

  @Test
  void eachFloorUsesThoseBelowOnly() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("core")
        .definedBy("org.jevent.sim.core")
        .layer("kernel")
        .definedBy("org.jevent.sim.kernel")
        .layer("engine")
        .definedBy("org.jevent.sim.engine")
        .layer("face")
        .definedBy("org.jevent.sim")
        .layer("junit")
        .definedBy("org.jevent.sim.junit")
        .whereLayer("junit")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("face")
        .mayOnlyBeAccessedByLayers("junit")
        .whereLayer("engine")
        .mayOnlyBeAccessedByLayers("face")
        .whereLayer("kernel")
        .mayOnlyBeAccessedByLayers("engine", "face")
        .check(CLASSES);
  }

  @Test
  void noPackagesUseEachOther() {
    slices().matching("org.jevent.sim.(**)").should().beFreeOfCycles().check(CLASSES);
  }
}
