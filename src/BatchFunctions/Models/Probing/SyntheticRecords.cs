using System.Globalization;
using System.Text;
using BatchFunctions.Data;

namespace BatchFunctions.Models.Probing;

/// <summary>
/// Makes up records that a model can score: from its baseline's histograms, else from its examples, else from its categories, its scales and
/// the values that it imputes. Always the same ones.
/// </summary>
internal static class SyntheticRecords
{
    private const int Seed = 20_260_208;

    // More than processors can learn by heart; the rest repeats them.
    private const int Distinct = 2048;

    /// <summary>Makes <paramref name="rows"/> records.</summary>
    /// <param name="session">The model.</param>
    /// <param name="columns">The features' columns.</param>
    /// <param name="rows">How many.</param>
    public static RecordBatch Make(ModelSession session, Schema columns, int rows)
    {
        RecordBatch batch = new();
        batch.Reset(columns, rows);
        foreach (Column column in batch.Columns)
        {
            ModelFeature feature = session.Signature.Features.First(f => f.Name == column.Field.Name);
            Random random = new(Seed + column.Field.Name.Length);
            if (column is Utf8Column text)
                Fill(text, WordsOf(feature, session.Manifest), random);
            else
                Fill(column, NumbersOf(feature, session.Manifest), random);
        }

        return batch;
    }

    private static void Fill(Utf8Column column, IReadOnlyList<string> words, Random random)
    {
        byte[][] values = [.. words.Select(Encoding.UTF8.GetBytes)];
        int[] drawn = new int[Math.Min(column.Length, Distinct)];
        for (int i = 0; i < drawn.Length; i++)
            drawn[i] = random.Next(values.Length);
        for (int row = 0; row < column.Length; row++)
            column.Append(values[drawn[row % Distinct]]);
    }

    private static void Fill(Column column, Func<Random, double> draw, Random random)
    {
        double[] drawn = new double[Math.Min(column.Length, Distinct)];
        for (int i = 0; i < drawn.Length; i++)
            drawn[i] = draw(random);
        switch (column)
        {
            case Column<double> c:
                Repeat(drawn, c.Values);
                break;
            case Column<float> c:
                Repeat([.. drawn.Select(d => (float)d)], c.Values);
                break;
            case Column<long> c:
                Repeat([.. drawn.Select(d => (long)Math.Round(Math.Clamp(d, -1e15, 1e15)))], c.Values);
                break;
            case Column<int> c:
                Repeat([.. drawn.Select(d => (int)Math.Round(Math.Clamp(d, int.MinValue, int.MaxValue)))], c.Values);
                break;
            case Column<bool> c:
                Repeat([.. drawn.Select(d => d >= 0.5)], c.Values);
                break;
            default:
                throw new InvalidOperationException($"The column '{column.Field.Name}' of type {column.Field.Type} is no feature's.");
        }
    }

    private static void Repeat<T>(ReadOnlySpan<T> drawn, Span<T> values)
    {
        for (; values.Length > drawn.Length; values = values[drawn.Length..])
            drawn.CopyTo(values);
        drawn[..values.Length].CopyTo(values);
    }

    private static IReadOnlyList<string> WordsOf(ModelFeature feature, ModelManifest manifest)
    {
        if (feature.Categories is { Count: > 0 } categories)
            return categories;
        if (manifest.Baseline?.Features.GetValueOrDefault(feature.Name) is { Categories: { Count: > 0 } seen })
            return seen;
        string[] examples = [.. ExamplesOf(feature, manifest).Distinct()];
        if (examples.Length > 0)
            return examples;
        return [feature.Missing.Value ?? "a", "b", "c"];
    }

    private static Func<Random, double> NumbersOf(ModelFeature feature, ModelManifest manifest)
    {
        if (feature.Categories is { } categories)
        {
            double[] values = [.. categories.Select(c => double.Parse(c, CultureInfo.InvariantCulture))];
            return random => values[random.Next(values.Length)];
        }

        if (manifest.Baseline?.Features.GetValueOrDefault(feature.Name) is { Edges: { Count: > 1 } edges, Counts: var counts } && counts.Sum() is > 0 and var total)
            return random => Draw(edges, counts, random.NextDouble() * total, random.NextDouble());
        double[] examples = [.. ExamplesOf(feature, manifest)
            .Select(e => (IsNumber: ImputedNumber.TryParse(e, feature.TensorType, out double number), Number: number))
            .Where(e => e.IsNumber)
            .Select(e => e.Number)];
        if (examples.Length > 0)
            return random => examples[random.Next(examples.Length)];
        if (feature.Scale is { } scale)
            return random => scale.Offset + (scale.Divisor * ((2 * random.NextDouble()) - 1));
        if (feature.Missing.Value is { } imputed && ImputedNumber.TryParse(imputed, feature.TensorType, out double usual))
            return random => usual * 2 * random.NextDouble();
        return feature.TensorType is DataType.Float32 or DataType.Float64 ? random => random.NextDouble() : random => random.Next(2);
    }

    private static IEnumerable<string> ExamplesOf(ModelFeature feature, ModelManifest manifest) =>
        manifest.Examples.Select(e => e.Inputs.GetValueOrDefault(feature.Name)).OfType<string>();

    private static double Draw(IReadOnlyList<double> edges, IReadOnlyList<double> counts, double rank, double share)
    {
        int bin = 0;
        while (bin < counts.Count - 1 && rank >= counts[bin])
            rank -= counts[bin++];
        return edges[bin] + (share * (edges[bin + 1] - edges[bin]));
    }
}
