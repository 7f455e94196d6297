using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using BatchFunctions.Telemetry;

namespace BatchFunctions.ScoringService.Metrics;

/// <summary>The instruments of the meter <c>BatchFunctions</c> as text that Prometheus reads, for replicas that no collector listens to.</summary>
internal sealed class MeterText : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (Instrument Instrument, InstrumentTotals Totals)> _instruments = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public MeterText()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == BatchMeter.Name)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Take(instrument, value));
        _listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Take(instrument, value));
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Take(instrument, value));
        _listener.Start();
    }

    /// <summary>Writes all of them.</summary>
    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        lock (_lock)
        {
            foreach (var (name, (instrument, totals)) in _instruments)
            {
                var kind = KindOf(instrument);
                text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {instrument.Description}\n# TYPE {name} {kind}\n");
                if (kind != "histogram")
                {
                    text.Append(CultureInfo.InvariantCulture, $"{name} {totals.Value}\n");
                    continue;
                }

                for (var i = 0; i < totals.Buckets.Count; i++)
                    text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{le=\"{InstrumentTotals.Bounds[i]}\"}} {totals.Buckets[i]}\n");
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{le=\"+Inf\"}} {totals.Count}\n{name}_sum {totals.Value}\n{name}_count {totals.Count}\n");
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value)
    {
        var kind = KindOf(instrument);
        lock (_lock)
        {
            var name = NameOf(instrument, kind);
            if (!_instruments.TryGetValue(name, out var known))
                _instruments.Add(name, known = (instrument, new InstrumentTotals()));
            if (kind == "counter" || instrument is UpDownCounter<long>)
                known.Totals.Add(value);
            else if (kind == "gauge")
                known.Totals.Set(value);
            else
                known.Totals.Record(value);
        }
    }

    private static string NameOf(Instrument instrument, string kind)
    {
        var name = instrument.Name.Replace('.', '_');
        return kind switch { "counter" => $"{name}_total", "histogram" => $"{name}_seconds", _ => name };
    }

    private static string KindOf(Instrument instrument) => instrument switch
    {
        Counter<long> or Counter<int> or Counter<double> => "counter",
        Histogram<double> or Histogram<long> => "histogram",
        _ => "gauge",
    };
}
