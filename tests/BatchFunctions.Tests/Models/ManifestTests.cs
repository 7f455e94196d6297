using BatchFunctions.Data;
using BatchFunctions.Models;

namespace BatchFunctions.Tests.Models;

public sealed class ManifestTests
{
    private const string Whole = """
        name: churn
        version: 1.20
        description: "Who leaves?"
        task: binary
        features:
          - age
          - { name: income, type: float64, missing: 51234.5 }
          - { name: region, type: string, categories: [east, 'no', "2", reject], unseen: 9, missing: { value: reject } }
          - { name: visits, type: int64, missing: nan, input: numbers }
          - { name: plan, categories: [a, b], unseen: reject, missing: reject }
        outputs: { score: p, class: label, positive: yes }
        classes: [no, yes]
        label: churned
        positive_label: yes
        threshold: 0.35
        calibration: { platt: { a: -1.5, b: 0.25 } }
        baseline:
          records: 100
          features:
            age: { edges: [0, 50, 100], counts: [60, 39], missing: 1 }
            region: { categories: [east, west], counts: [50, 50] }
          score: { edges: [0, 0.5, 1], counts: [75, 25] }
        examples:
          - { inputs: { age: 40, income: , region: '' }, score: 0.25 }
        """;

    [Fact]
    public void Every_key_is_read()
    {
        ModelManifest manifest = ModelManifest.Parse(Whole);

        Assert.Equal(("churn", "1.20", "Who leaves?", ModelTask.Binary), (manifest.Name, manifest.Version, manifest.Description, manifest.Task));
        Assert.Equal(["age", "income", "region", "visits", "plan"], manifest.Features.Select(f => f.Name));
        Assert.Equal([null, DataType.Float64, DataType.String, DataType.Int64, null], manifest.Features.Select(f => f.Type));
        Assert.Equal([null, MissingRule.Impute("51234.5"), MissingRule.Impute("reject"), MissingRule.Nan, MissingRule.Reject], manifest.Features.Select(f => f.Missing));
        Assert.Equal(["east", "no", "2", "reject"], manifest.Features[2].Categories);
        Assert.Equal([UnseenRule.Reject, UnseenRule.Reject, UnseenRule.AsCode(9), UnseenRule.Reject, UnseenRule.Reject], manifest.Features.Select(f => f.Unseen));
        Assert.Equal("numbers", manifest.Features[3].Input);
        Assert.Equal(new ModelOutputs { Score = "p", Class = "label", Positive = "yes" }, manifest.Outputs);
        Assert.Equal(["no", "yes"], manifest.Classes);
        Assert.Equal(("churned", "yes", 0.35), (manifest.Label, manifest.PositiveLabel, manifest.Threshold));
        Assert.Equal((-1.5, 0.25), (manifest.Calibration!.Platt!.A, manifest.Calibration.Platt.B));
        Assert.Equal(100, manifest.Baseline!.Records);
        Assert.Equal([60.0, 39.0], manifest.Baseline.Features["age"].Counts);
        Assert.Equal(1, manifest.Baseline.Features["age"].Missing);
        Assert.Equal(["east", "west"], manifest.Baseline.Features["region"].Categories);
        Assert.Equal([0, 0.5, 1], manifest.Baseline.Score!.Edges);
        ModelExample example = Assert.Single(manifest.Examples);
        Assert.Equal(0.25, example.Score);
        Assert.Equal(new Dictionary<string, string?> { ["age"] = "40", ["income"] = null, ["region"] = "" }, example.Inputs);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n# nothing\n")]
    [InlineData("{}")]
    public void A_manifest_may_say_nothing(string yaml) => Assert.Empty(ModelManifest.Parse(yaml).Features);

    [Theory]
    [InlineData("featurs: [a]", "manifest.yaml:1:1: There is no key 'featurs' (did you mean 'features'?). Keys here are name, version,")]
    [InlineData("features:\n  - { name: a, mising: 1 }", "manifest.yaml:2:16: There is no key 'mising' in features[0] (did you mean 'missing'?).")]
    [InlineData("features:\n  - { name: a, type: flot32 }", "manifest.yaml:2:22: features[0].type is 'flot32' (did you mean 'float32'?); it is one of float32, float64, int64, int32, bool, string.")]
    [InlineData("features: [a, b, a]", "features has 'a' twice.")]
    [InlineData("features: a", "manifest.yaml:1:11: features must be a list.")]
    [InlineData("features: [{ type: int64 }]", "features[0].name is missing")]
    [InlineData("features: [{ name: a, unseen: 1 }]", "features[0].unseen has a meaning only where there are categories.")]
    [InlineData("features: [{ name: a, categories: [x, y, x] }]", "features[0].categories has 'x' twice.")]
    [InlineData("features: [{ name: a, categories: [] }]", "features[0].categories is empty")]
    [InlineData("features: [{ name: a, type: int64, categories: [1, x] }]", "features[0].categories has 'x', which is no int64.")]
    [InlineData("features: [{ name: a, categories: [x], unseen: most_frequent }]", "features[0].unseen is most_frequent, but the manifest does not tell which category is.")]
    [InlineData("features: [{ name: a, categories: [x], unseen: { category: y } }]", "features[0].unseen takes other values for 'y', which is none of the categories.")]
    [InlineData("features: [{ name: a, categories: [x], unseen: often }]", "features[0].unseen is reject, zeros, most_frequent, { category: VALUE } or the code that other values get.")]
    [InlineData("features: [{ name: a, categories: [x], unseen: zeros }]", "features[0].unseen is zeros, which only a one-hot encoding has.")]
    [InlineData("features: [{ name: a, categories: [x], missing: zeros }]", "features[0].missing is zeros, which only a one-hot encoding has.")]
    [InlineData("features: [{ name: a, categories: { x: one } }]", "features[0].categories.x must be a number.")]
    [InlineData("features: [{ name: a, encode: one_hot }]", "features[0].encode needs categories.")]
    [InlineData("features: [{ name: a, categories: [x], encode: onehot }]", "features[0].encode is 'onehot' (did you mean 'one_hot'?); it is one of ordinal, one_hot, one_hot_drop_first.")]
    [InlineData("features: [{ name: a, categories: [x], encode: one_hot_drop_first }]", "features[0].encode leaves nothing of a feature with one category.")]
    [InlineData("features: [{ name: a, categories: { x: 1 }, encode: one_hot }]", "features[0].categories have codes, but a one-hot encoding has only 0 and 1.")]
    [InlineData("features: [{ name: a, categories: [x], encode: one_hot, unseen: 3 }]", "features[0].unseen cannot be a code where the encoding is one-hot.")]
    [InlineData("features: [{ name: a, categories: [x], encode: one_hot, missing: nan }]", "features[0].missing cannot be nan where the encoding is one-hot.")]
    [InlineData("features: [{ name: a, categories: [x, y], encode: one_hot, scale: { std: 2 } }]", "features[0].scale has no meaning where the encoding is one-hot.")]
    [InlineData("features: [{ name: a, missing: mean }]", "features[0].missing is mean, but the manifest does not have that number. Write it: missing: { mean: VALUE }")]
    [InlineData("features: [{ name: a, categories: [x], missing: median }]", "features[0].missing is median, which only numbers have.")]
    [InlineData("features: [{ name: a, missing: { mean: 1, mode: 2 } }]", "only one of them.")]
    [InlineData("features: [{ name: a, type: string, missing: { mean: 1 } }]", "features[0].missing.mean is a number, and the feature's values are none.")]
    [InlineData("features: [{ name: a, clip: {} }]", "features[0].clip.min and max are both missing")]
    [InlineData("features: [{ name: a, clip: { min: 3, max: 2 } }]", "features[0].clip.min is larger than max.")]
    [InlineData("features: [{ name: a, scale: { min: 3, max: 2 } }]", "features[0].scale.min and max are both needed, and min must be the smaller one.")]
    [InlineData("features: [{ name: a, scale: { min: 3, std: 2 } }]", "only one of these pairs.")]
    [InlineData("features: [{ name: a, scale: { median: 3, iqr: 0 } }]", "features[0].scale.iqr is 0; write 1 for a feature that is only shifted.")]
    [InlineData("features: [{ name: a, scale: { min: 0, max: 1, range: [1, 0] } }]", "features[0].scale.range is the smallest and the largest value that come out")]
    [InlineData("features: [{ name: a, optional: maybe }]", "features[0].optional must be true or false.")]
    [InlineData("threshold: high", "manifest.yaml:1:12: threshold must be a number.")]
    [InlineData("threshold: '0.5'", "threshold must be a number.")]
    [InlineData("calibration: { platt: { a: 1 } }", "calibration.platt.a and b are both needed.")]
    [InlineData("calibration: { isotonic: [] }", "calibration.isotonic must be a mapping of keys to values.")]
    [InlineData("calibration: { isotonic: { x: [0.1, 0.5], y: [0.2] } }", "calibration.isotonic.y has 1 numbers and x has 2; each point needs both.")]
    [InlineData("calibration: { isotonic: { x: [0.5, 0.5], y: [0.2, 0.3] } }", "calibration.isotonic.x must ascend.")]
    [InlineData("calibration: { isotonic: { x: [0.4, 0.5], y: [0.3, 0.2] } }", "calibration.isotonic.y must not fall.")]
    [InlineData("calibration: { isotonic: { x: [0.4, 0.5], y: [0.3, 1.2] } }", "calibration.isotonic.y must be from 0 to 1.")]
    [InlineData("calibration: { temperature: 0 }", "calibration.temperature must be more than 0.")]
    [InlineData("calibration: { temperature: 2, platt: { a: 1, b: 2 } }", "calibration.temperature is a second calibration; keep one.")]
    [InlineData("calibration: { isotonik: 1 }", "There is no key 'isotonik' in calibration")]
    [InlineData("baseline: { features: { age: { edges: [0, 1, 2], counts: [1] } } }", "baseline.features.age.counts has 1 numbers; one is needed for each bin")]
    [InlineData("baseline: { score: { edges: [0, 1, 1], counts: [1, 2] } }", "baseline.score.edges must ascend.")]
    [InlineData("baseline: { score: { counts: [1, 2] } }", "baseline.score.edges or categories is needed, and not both.")]
    [InlineData("examples: [{ inputs: { a: 1 } }]", "examples[0].score is missing")]
    [InlineData("name: Churn\nversion: 1", "name and version make no model reference")]
    [InlineData("name: churn\nversion: approved", "version cannot be 'approved'")]
    [InlineData("task: [binary]", "task must be text or a number.")]
    [InlineData("[a]", "The manifest must be a mapping of keys to values.")]
    [InlineData("a: b: c", "This is no YAML")]
    public void What_is_wrong_is_told_with_its_line_and_what_to_write(string yaml, string message)
    {
        BatchFunctionsException refusal = Assert.Throws<BatchFunctionsException>(() => ModelManifest.Parse(yaml));

        Assert.Equal(ErrorKind.Request, refusal.Kind);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }
}
