/**
 * What a run of benchmarks found, as a file that keeps every single figure, and what is made of it
 * for people: a page with plots, tables for documents. Nothing is measured here.
 */
package org.jevent.bench.report;
