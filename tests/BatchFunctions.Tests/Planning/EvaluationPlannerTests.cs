using BatchFunctions.Data;
using BatchFunctions.Metrics.Evaluations;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Planning;
using BatchFunctions.Scoring;
using BatchFunctions.Tests.Models;

namespace BatchFunctions.Tests.Planning;

public sealed class EvaluationPlannerTests
{
    private static readonly Field[] Input = [new("id", DataType.String), new("u", DataType.Float64), new("v", DataType.Float64), new("left", DataType.String), new("code", DataType.Int64), new("day", DataType.Date)];

    [Fact]
    public void Without_a_word_of_it_the_manifests_label_is_taken_where_it_is()
    {
        EvaluationPlan? plan = Plan("classifier", "features: [u, v]\nlabel: left\npositive_label: \"Yes\"");

        Assert.Equal(("left", EvaluationTask.Binary), (plan!.Label, plan.Task));
        Assert.Equal([null, "Yes"], plan.Classes);
        Assert.Equal(["left"], plan.OwnColumns);
        Assert.Null(Plan("classifier", "features: [u, v]\nlabel: churned"));
        Assert.Null(Plan("classifier", "features: [u, v]"));
        Assert.Null(Plan("classifier", "features: [u, v]\nlabel: day"));
        Assert.Null(Plan("vector", "features: [u, v]\nlabel: left"));
    }

    [Theory]
    [InlineData("", "evaluation: {}", "0", "1")]
    [InlineData("classes: [stays, goes]", "evaluation: {}", "stays", "goes")]
    [InlineData("classes: [goes, stays]\npositive_label: goes", "evaluation: {}", "stays", "goes")]
    [InlineData("positive_label: \"true\"", "evaluation: {}", "false", "true")]
    [InlineData("positive_label: \"true\"", "evaluation: { positive: \"no\", negative: \"yes\" }", "yes", "no")]
    [InlineData("", "evaluation: { positive: lost }", null, "lost")]
    public void The_labels_of_two_classes_are_what_pipeline_manifest_and_model_say(string manifest, string pipeline, string? negative, string positive) =>
        Assert.Equal([negative, positive], Plan("classifier", $"features: [u, v]\nlabel: left\n{manifest}", pipeline)!.Classes);

    [Fact]
    public void Several_classes_are_the_models_and_numbers_have_none()
    {
        Assert.Equal(["red", "green", "blue"], Plan("softmax", "features: [u, v]\nclasses: [red, green, blue]", "evaluation: { label: left }")!.Classes);
        Assert.Equal(["0", "1", "2"], Plan("softmax", "features: [u, v]\noutputs: { class: label }", "evaluation: { label: left }")!.Classes);
        Assert.Empty(Plan("fixed", "features: [u, v]", "evaluation: { label: left }")!.Classes);
        Assert.Equal(EvaluationTask.Regression, Plan("fixed", "features: [u, v]", "evaluation: { label: code }")!.Task);
        Assert.Equal(EvaluationTask.Binary, Plan("fixed", "features: [u, v]", "evaluation: { label: code, positive: 1 }\ndecisions: { threshold: 0.5 }")!.Task);
    }

    [Fact]
    public void Columns_that_scoring_needs_too_are_not_evaluations_own()
    {
        EvaluationPlan plan = Plan("classifier", "features: [u, v]", "evaluation: { label: left, segments: [code, v, id] }\nvalidation: { columns: { left: { max_length: 5 } } }")!;

        Assert.Equal(["code", "v", "id"], plan.Segments);
        Assert.Equal(["code"], plan.OwnColumns);
    }

    [Theory]
    [InlineData("classifier", "evaluation: {}", "evaluation.label", "{ label: COLUMN }")]
    [InlineData("classifier", "policy: { min_auc: 0.5 }", "evaluation.label")]
    [InlineData("classifier", "evaluation: { label: lefd }", "'lefd' (did you mean 'left'?)", "remove evaluation")]
    [InlineData("classifier", "evaluation: { label: left, segments: [contract] }", "'contract'", "evaluation.segments")]
    [InlineData("classifier", "evaluation: { label: day }", "date")]
    [InlineData("classifier", "evaluation: { label: code, positive: \"Yes\" }", "int64", "'Yes'", "evaluation.positive")]
    [InlineData("classifier", "evaluation: { label: left, negative: 1 }", "both '1'")]
    [InlineData("vector", "evaluation: { label: left }", "vectors")]
    [InlineData("softmax", "evaluation: { label: left, positive: red }", "several classes")]
    [InlineData("softmax", "evaluation: { label: left }\npolicy: { min_auc: 0.5 }", "policy.min_auc", "two classes")]
    [InlineData("softmax", "evaluation: { label: left }\npolicy: { max_rmse: 0.5 }", "policy.max_rmse")]
    [InlineData("fixed", "evaluation: { label: code }\npolicy: { min_accuracy: 0.5 }", "policy.min_accuracy")]
    [InlineData("fixed", "evaluation: { label: code, positive: 1 }", "decisions.threshold")]
    [InlineData("fixed", "evaluation: { label: code, negative: 1 }", "evaluation.negative", "a number")]
    public void What_cannot_be_evaluated_is_refused(string model, string pipeline, params string[] said)
    {
        string message = Assert.Throws<BatchFunctionsException>(() => Plan(model, "features: [u, v]", pipeline)).Message;

        Assert.All(said, words => Assert.Contains(words, message, StringComparison.Ordinal));
    }

    private static EvaluationPlan? Plan(string model, string manifest, string pipeline = "")
    {
        using ModelSession session = TinyModels.Load(model, manifest);
        PipelineDefinition definition = PipelineLoader.Read($"name: p\nsource: {{ path: x.csv, id: id }}\nmodel: m@1\n{pipeline}\n", "p.yaml", _ => null).Definition;
        return EvaluationPlanner.Plan(PredictionSchema.WithModelDefaults(definition, session.Signature, session.Manifest), session.Signature, session.Manifest, new Schema(Input), "x.csv");
    }
}
