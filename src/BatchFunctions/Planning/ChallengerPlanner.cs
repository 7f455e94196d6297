using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Scoring;

namespace BatchFunctions.Planning;

/// <summary>Brings a challenger together with the model that it challenges, and says what does not fit.</summary>
internal static class ChallengerPlanner
{
    private const int ShownClasses = 10;

    /// <summary>Plans a challenger.</summary>
    /// <param name="pipeline">The pipeline as it stands in the file, without the model's defaults.</param>
    /// <param name="champion">What the model gives.</param>
    /// <param name="pinned">The challenger.</param>
    /// <param name="session">The challenger, loaded.</param>
    /// <param name="plan">The columns that are read for the model.</param>
    /// <param name="wanted">The columns that would be read if the challenger were the model.</param>
    /// <returns>The challenger, and the columns that are read for both.</returns>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: the two cannot be compared, or not read from the same columns.</exception>
    public static (ChallengerPlan Challenger, ColumnPlan Columns) Plan(
        PipelineDefinition pipeline, ModelSignature champion, PinnedModel pinned, ModelSession session, ColumnPlan plan, ColumnPlan wanted)
    {
        ModelSignature model = session.Signature;
        if (model.Task != champion.Task || model.Task is ModelTask.Vector)
            throw Refusal(model, $"it is a model of the task {TaskOf(model)} and {champion.Model} of the task {TaskOf(champion)}. Two models of two classes, two of several classes, or two of regression, can be compared");
        bool hasClasses = model.Task is ModelTask.Multiclass;
        if (hasClasses && !ClassPositions.NamesOf(model).Intersect(ClassPositions.NamesOf(champion), StringComparer.Ordinal).Any())
            throw Refusal(model, $"its classes are {ListOf(model)} and those of {champion.Model} {ListOf(champion)}, and no class is among both. Name them alike in the manifests");
        Dictionary<string, DataType> read = plan.Read.Concat(plan.Partitions).ToDictionary(f => f.Name, f => f.Type, StringComparer.Ordinal);
        string[] problems =
        [
            .. from feature in model.Features.DistinctBy(f => f.Name)
               where read.ContainsKey(feature.Name) && ModelSignature.TypeFor(feature, read[feature.Name]) != read[feature.Name]
               select $"'{feature.Name}' is read as {TypeConversions.NameOf(read[feature.Name])}, and it takes {TypeConversions.NameOf(feature.Type)}",
        ];
        if (problems.Length > 0)
            throw Refusal(model, $"both read the same columns, and {string.Join("; ", problems)}. Write types in validation.columns that fit both");

        HashSet<string> features = model.Features.Select(f => f.Name).ToHashSet(StringComparer.Ordinal);
        Field[] files = [.. wanted.Read.Where(f => features.Contains(f.Name) && !read.ContainsKey(f.Name))];
        Field[] folders = [.. wanted.Partitions.Where(f => features.Contains(f.Name) && !read.ContainsKey(f.Name))];
        string[] own = [.. files.Concat(folders).Select(f => f.Name)];
        return (
            new ChallengerPlan { Model = pinned, Decisions = DecisionsOf(pipeline, session), ModelClasses = hasClasses ? ClassPositions.NamesOf(champion) : [], Classes = hasClasses ? ClassPositions.NamesOf(model) : [], OwnColumns = own },
            plan with { Read = [.. plan.Read, .. files], Partitions = [.. plan.Partitions, .. folders], Unused = [.. plan.Unused.Except(own, StringComparer.Ordinal)] });
    }

    // Bands and actions are what the output's readers act on; of the challenger nobody does.
    private static DecisionsDefinition DecisionsOf(PipelineDefinition pipeline, ModelSession session) => PredictionSchema.WithModelDefaults(
        pipeline with { Model = pipeline.Challenger!.Model, Decisions = pipeline.Decisions with { Bands = null, Rules = null } }, session.Signature, session.Manifest).Decisions;

    private static string ListOf(ModelSignature model) => string.Join(", ", ClassPositions.NamesOf(model).Take(ShownClasses));

    private static string TaskOf(ModelSignature model) => model.Task.ToString().ToLowerInvariant();

    private static BatchFunctionsException Refusal(ModelSignature model, string problem) =>
        new(ErrorKind.Request, $"{model.Model} cannot be the challenger: {problem}, or remove challenger from the pipeline.");
}
