package org.jevent.bench.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines over a few places, evenly apart, as a picture that a page holds in itself. */
final class Plot {
  private static final int WIDTH = 470;
  private static final int HEIGHT = 340;
  private static final Color[] COLOURS = {
    new Color(0x3b6fb6), new Color(0xc8553d), new Color(0x5a9a4b), new Color(0x8a63a8),
    new Color(0xc99a2e), new Color(0x4aa3a2), new Color(0x9c6b4f), new Color(0x7a7f87)
  };

  private final CategoryChart chart;
  private final List<String> places;
  private int drawn;

  Plot(final String title, final String yTitle, final List<String> places) {
    this.places = places;
    chart = new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).build();
    chart.setYAxisTitle(yTitle);
    final CategoryStyler styler = chart.getStyler();
    styler.setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line);
    styler.setOverlapped(true); // all of a place stand at the same place
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendFont(font(Font.PLAIN, 11));
    styler.setLegendSeriesLineLength(18);
    styler.setLegendPadding(4);
    styler.setAxisTickLabelsFont(font(Font.PLAIN, 11));
    styler.setAxisTitleFont(font(Font.PLAIN, 11));
    styler.setChartTitleFont(font(Font.BOLD, 13));
    styler.setChartTitleBoxVisible(false);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(new Color(0xe4e6ea));
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setYAxisDecimalPattern("#,##0.##");
  }

  /** From whole powers of ten to whole powers of ten, or from 0 to a little more than the most. */
  void scale(final boolean logarithmic, final double min, final double max) {
    if (Double.isNaN(min) || Double.isNaN(max)) {
      return;
    }
    final CategoryStyler styler = chart.getStyler();
    styler.setYAxisLogarithmic(logarithmic);
    styler.setYAxisMin(logarithmic ? Math.pow(10, Math.floor(Math.log10(min))) : 0.0);
    styler.setYAxisMax(logarithmic ? Math.pow(10, Math.ceil(Math.log10(max))) : 1.05 * max);
  }

  private static Font font(final int style, final int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }

  /** A line; NaN where there is nothing. The strong one is what the reader looks for. */
  void line(final String name, final boolean strong, final double... values) {
    if (Arrays.stream(values).allMatch(Double::isNaN)) {
      return;
    }
    final List<Double> points = new ArrayList<>();
    for (final double value : values) {
      points.add(Double.isNaN(value) ? null : value);
    }
    final CategorySeries series = chart.addSeries(name, places, points);
    series.setMarker(SeriesMarkers.CIRCLE);
    final Color colour = strong ? new Color(0x111827) : COLOURS[drawn++ % COLOURS.length];
    series.setLineColor(colour);
    series.setMarkerColor(colour);
    series.setLineStyle(new BasicStroke(strong ? 3f : 1.6f));
  }

  boolean isEmpty() {
    return chart.getSeriesMap().isEmpty();
  }

  /** As an address: {@code data:}. */
  String address() throws IOException {
    chart.getStyler().setMarkerSize(6);
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    VectorGraphicsEncoder.saveVectorGraphic(chart, bytes, VectorGraphicsFormat.SVG);
    final String svg = bytes.toString(StandardCharsets.UTF_8);
    return "data:image/svg+xml;base64,"
        + Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8));
  }
}
