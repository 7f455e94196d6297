using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Tests.Data;
using BatchFunctions.TestSupport;
using CsCheck;

namespace BatchFunctions.Tests.Models;

/// <summary>A graph that takes the positions of words gives what it gives for the words.</summary>
public sealed class WordCodingTests
{
    private static readonly ModelManifest AnythingGoes = ModelManifest.Parse("""
        features:
          - { name: x, missing: "Yes" }
          - { name: y, missing: "" }
          - { name: z, missing: "none of them" }
          - t
          - n
        """);

    [Theory]
    [InlineData("words", "x,y,z,t")]
    [InlineData("words_strict", "x,y,z,t")]
    [InlineData("words_kept", "u")]
    [InlineData("blocks", "text")]
    [InlineData("columns", "")]
    public void Inputs_take_positions_where_their_words_meet_nothing_but_encoders(string model, string inputs) =>
        Assert.Equal(inputs, string.Join(',', WordCoding.Find(OnnxGraph.Read(TinyModels.Bytes(model)))?.Inputs ?? (IEnumerable<string>)[]));

    [Fact]
    public void Scores_are_the_same_to_the_bit_for_words_that_are_known_unknown_empty_or_missing()
    {
        using ModelSession coded = Load("words", AnythingGoes, codesWords: true), asTheyAre = Load("words", AnythingGoes, codesWords: false);
        Assert.Equal(4, coded.Signature.Inputs.Count(i => i.Words is not null));
        Assert.DoesNotContain(asTheyAre.Signature.Inputs, i => i.Words is not null);
        Gen<string?> word = Gen.OneOf<string?>("Yes", "No", "größe", "", "a word that is longer than thirty-two bytes", "a", "b", "low", "high", "yes", "-1", "0", "unheard of", null);
        Gen.Select(word.Array[50], word.Array[50], word.Array[50], word.Array[50].Select(t => Array.ConvertAll(t, w => w ?? "low")), Gen.Int).Sample(
            (x, y, z, t, seed) =>
            {
                RecordBatch plain = Batch(x, y, z, t, null), dictionary = Batch(x, y, z, t, seed);
                float[] expected = Bits(asTheyAre, plain);

                Assert.Equal(expected, Bits(coded, plain));
                Assert.Equal(expected, Bits(coded, dictionary));
                Assert.Equal(expected, Bits(asTheyAre, dictionary));
            },
            iter: 60,
            threads: 1);
    }

    [Fact]
    public void An_encoder_that_knows_no_other_word_still_refuses_it()
    {
        using ModelSession coded = Load("words_strict", AnythingGoes, codesWords: true), asTheyAre = Load("words_strict", AnythingGoes, codesWords: false);
        RecordBatch known = Batch(["Yes"], [""], ["a"], ["low"], null), unknown = Batch(["Yes"], ["No"], ["a"], ["low"], null);

        Assert.Equal(Bits(asTheyAre, known), Bits(coded, known));
        foreach (ModelSession session in (ModelSession[])[asTheyAre, coded])
            Assert.Contains("Unknown Category", Assert.Throws<BatchFunctionsException>(() => Bits(session, unknown)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_that_is_more_than_an_encoders_input_goes_in_as_it_is()
    {
        using ModelSession coded = Load("words_kept", ModelManifest.Empty, codesWords: true), asTheyAre = Load("words_kept", ModelManifest.Empty, codesWords: false);
        RecordBatch batch = Batches.Of([.. "pqrsu".Select((c, i) => ($"{c}", DataType.String, (object?[])[.. Enumerable.Range(0, 32).Select(row => (row >> i & 1) == 0 ? "No" : "Yes")]))]);

        Assert.Equal(Bits(asTheyAre, batch), Bits(coded, batch));
    }

    [Fact]
    public void What_is_told_of_an_input_is_what_the_file_says()
    {
        BatchFunctionsException refusal = Assert.Throws<BatchFunctionsException>(() =>
            Load("words", ModelManifest.Parse("features: [{ name: x, categories: [a] }, y, z, t, n]"), codesWords: true));
        Assert.Contains("the feature 'x' has categories, but its input 'x' takes text as it is", refusal.Message, StringComparison.Ordinal);

        using ModelSession session = Load("words", ModelManifest.Empty, codesWords: true);
        Assert.Equal(DataType.String, session.Signature.Inputs[0].Type);
        Assert.Equal(DataType.String, session.Signature.Features[0].Type);
        RecordBatch missing = Batch([null], ["Yes"], ["a"], ["low"], null);
        Assert.Equal(("x", FaultCodes.Missing), TinyModels.Faults(session.Prepare(missing.Schema), missing).Select(f => (f.Column!, f.Code)).Single());
        Schema numbers = new(missing.Schema.Select(f => f.Name == "x" ? f with { Type = DataType.Int64 } : f));
        Assert.Contains(
            "column 'x' is int64 and the model takes string",
            Assert.Throws<BatchFunctionsException>(() => session.Prepare(numbers)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_linear_Telco_model_gives_the_same_bits()
    {
        Telco.SkipUnlessPresent();
        using ModelSession coded = Telcos(codesWords: true), asTheyAre = Telcos(codesWords: false);
        Assert.Equal(15, coded.Signature.Inputs.Count(i => i.Words is not null));
        RecordBatch batch = TelcoBatches.Customers(coded.Signature.ColumnsFor(TelcoBatches.AsText()));

        Assert.Equal(Bits(asTheyAre, batch), Bits(coded, batch));

        static ModelSession Telcos(bool codesWords) => ModelSession.Load(Telco.Model("linear"), ModelManifest.Empty, new ModelSessionOptions { CodesWords = codesWords });
    }

    private static ModelSession Load(string name, ModelManifest manifest, bool codesWords) =>
        ModelSession.Load(TinyModels.Bytes(name), manifest, new ModelSessionOptions { CodesWords = codesWords });

    private static float[] Bits(ModelSession session, RecordBatch batch) => TinyModels.Values<float>(TinyModels.Score(session, batch, 16).Score);

    private static RecordBatch Batch(string?[] x, string?[] y, string?[] z, string?[] t, int? seed)
    {
        RecordBatch batch = new();
        batch.Reset(new Schema([.. "xyzt".Select(c => new Field($"{c}", DataType.String)), new Field("n", DataType.Float64)]), x.Length);
        foreach ((string?[] values, int c) in ((string?[][])[x, y, z, t]).Select((v, i) => (v, i)))
        {
            if (seed is { } number)
                TextForms.FillDictionary((Utf8Column)batch.Columns[c], values, number + c);
            else
                TextForms.FillPlain((Utf8Column)batch.Columns[c], values);
        }

        for (int row = 0; row < x.Length; row++)
            ((Column<double>)batch.Columns[4]).Values[row] = row / 7.0;
        return batch;
    }
}
