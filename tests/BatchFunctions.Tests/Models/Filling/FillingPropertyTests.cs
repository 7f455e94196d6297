using BatchFunctions.Data;
using BatchFunctions.Models;
using CsCheck;

namespace BatchFunctions.Tests.Models.Filling;

/// <summary>Whatever the columns and the rules, the tensor is what a plain reading of the manifest gives, record by record.</summary>
public sealed class FillingPropertyTests
{
    private static readonly string[] Words = ["north", "south", "east", "a word of more than eight bytes", ""];

    private static readonly Gen<double?> Number = Gen.Frequency((6, Gen.Double[-50, 50].Select(d => (double?)Math.Round(d))), (1, Gen.Const((double?)null)), (1, Gen.Const((double?)double.NaN)));
    private static readonly Gen<string?> Word = Gen.Frequency((6, Gen.Int[0, Words.Length - 1].Select(i => (string?)Words[i])), (1, Gen.Const((string?)null)), (1, Gen.Const((string?)"unheard of")));

    [Fact]
    public void The_tensor_is_what_the_manifest_says() =>
        Gen.Select(Number.Array[1, 700], Word.Array[700], Gen.Bool, Gen.Bool, Gen.Bool, Gen.Int[0, 3]).Sample(
            (numbers, words, clip, scale, asInteger, from) =>
            {
                string finish = $"{(clip ? ", clip: { min: -20, max: 20 }" : "")}{(scale ? ", scale: { mean: 3, std: 7 }" : "")}";
                using ModelSession session = TinyModels.Load("sum", $$"""
                    features:
                      - { name: number, missing: { mean: 4.5 }{{finish}} }
                      - { name: word, categories: [south, north, "", east], unseen: { category: north }, missing: south{{finish}} }
                      - { name: code, type: int64, categories: [1, 2], unseen: 7, missing: 2 }
                    """);
                int rows = numbers.Length;
                RecordBatch batch = Batches.Of(
                    ("number", asInteger ? DataType.Int64 : DataType.Float64, [.. numbers.Select(n => n is { } d && (!asInteger || !double.IsNaN(d)) ? (object?)d : null)]),
                    ("word", DataType.String, [.. words.Take(rows)]),
                    ("code", DataType.Float64, [.. numbers.Select(n => (object?)n)]));
                string[] categories = ["south", "north", "", "east"];

                float[][] actual = InputTensor.Of(session, batch, Math.Min(from, rows - 1));

                for (int i = 0; i < actual.Length; i++)
                {
                    int row = i + Math.Min(from, rows - 1);
                    double number = numbers[row] is { } n && !double.IsNaN(n) ? n : 4.5;
                    int place = words[row] is not { } word ? 0 : Array.IndexOf(categories, word) is >= 0 and int at ? at : 1;
                    float code = numbers[row] switch { null => 1, double.NaN => 1, 1 => 0, 2 => 1, _ => 7 };
                    Assert.Equal([Finish(number), Finish(place), code], actual[i]);
                }

                float Finish(double value)
                {
                    value = clip ? Math.Clamp(value, -20, 20) : value;
                    return (float)(scale ? (value - 3) / 7 : value);
                }
            },
            iter: 60);
}
