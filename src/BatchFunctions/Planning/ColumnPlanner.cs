using BatchFunctions.Data;
using BatchFunctions.Models;
using BatchFunctions.Pipelines;
using BatchFunctions.Scoring.Decisions;

namespace BatchFunctions.Planning;

/// <summary>Chooses the columns that a job reads, with the type of each, and says what does not fit.</summary>
internal static class ColumnPlanner
{
    private const int ShownColumns = 40;

    /// <summary>
    /// The wanted columns in a fixed order: the id, the features, the columns carried along, the other columns under a rule, those that
    /// decisions and the filter depend on. A type comes from the pipeline's rule, else from the model, else from the file, where a CSV file's columns are all text.
    /// </summary>
    /// <param name="pipeline">The pipeline, with the model's defaults.</param>
    /// <param name="model">What the model takes and gives.</param>
    /// <param name="file">The first file's columns.</param>
    /// <param name="format">The files' format. JSON Lines files may have columns that their first records do not show.</param>
    /// <param name="fileName">The first file's name, for messages.</param>
    /// <param name="partitions">The columns that come from the files' folders.</param>
    /// <param name="evaluation">How predictions are compared with labels, or null.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: columns are missing or of types that do not fit; all are named.</exception>
    public static ColumnPlan Plan(
        PipelineDefinition pipeline, ModelSignature model, Schema file, FileFormat format, string fileName, IReadOnlyList<Field> partitions, EvaluationPlan? evaluation = null)
    {
        Schema available = Available(pipeline, file, partitions);
        if (format == FileFormat.Jsonl)
            available = new Schema(available.Concat(Unseen(pipeline, model, available)));

        string[] missing = [.. Named(pipeline).Concat(model.Features.Where(f => !f.Optional).Select(f => f.Name)).Where(name => available.IndexOf(name) < 0)];
        Dictionary<string, Field> features = new(StringComparer.Ordinal);
        List<string> differences = [];
        foreach (ModelFeature feature in model.Features)
        {
            if (available.Find(feature.Name) is not { } field)
                continue;
            if (ModelSignature.TypeFor(feature, field.Type) is { } type)
                features[feature.Name] = field with { Type = type };
            else
                differences.Add($"'{feature.Name}' is {TypeConversions.NameOf(field.Type)}, and the model {model.Model} takes {TypeConversions.NameOf(feature.Type)}");
        }

        RequireNone(missing, differences, available, fileName);
        List<Field> read = [], derived = [];
        foreach (string name in Named(pipeline, model.Features.Select(f => f.Name).Where(features.ContainsKey)).Concat(Mentioned(pipeline, model, available)).Concat(evaluation?.Columns() ?? []).Distinct(StringComparer.Ordinal))
        {
            Field field = features.TryGetValue(name, out Field? feature) ? feature : available.Find(name)!;
            (file.IndexOf(name) < 0 && partitions.Any(p => p.Name == name) ? derived : read).Add(field);
        }

        RefuseBoundsOnText(pipeline, [.. read, .. derived]);
        return new ColumnPlan(
            read,
            derived,
            [.. model.Features.Where(f => f.Optional && available.IndexOf(f.Name) < 0).Select(f => f.Name)],
            [.. available.Select(f => f.Name).Except(read.Concat(derived).Select(f => f.Name), StringComparer.Ordinal)]);
    }

    /// <summary>The columns that there are, in the files and from their folders, with the types that the pipeline gives them.</summary>
    public static Schema Available(PipelineDefinition pipeline, Schema file, IReadOnlyList<Field> partitions)
    {
        IEnumerable<Field> fromFolders = partitions.Where(p => file.IndexOf(p.Name) < 0);
        return new Schema(file.Concat(fromFolders).Select(f => Ruled(pipeline, f)));
    }

    /// <summary>The columns that scoring itself needs, some more than once.</summary>
    public static IEnumerable<string> Named(PipelineDefinition pipeline, IEnumerable<string>? features = null)
    {
        if (pipeline.Source.Id is { } id)
            yield return id;
        foreach (string feature in features ?? [])
            yield return feature;
        foreach (string included in pipeline.Output.Include)
            yield return included;
        foreach (string ruled in pipeline.Validation.Columns.Keys)
            yield return ruled;
        if (pipeline.Decisions.Thresholds is { } thresholds)
            yield return thresholds.By;
    }

    /// <summary>Says of every wanted column that a file lacks which it is and what there is.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: a column is missing.</exception>
    /// <param name="wanted">The names.</param>
    /// <param name="file">The file's columns.</param>
    /// <param name="fileName">The file's name.</param>
    /// <param name="advice">What to do, or null for what helps with features.</param>
    public static void RequireColumns(IReadOnlyCollection<string> wanted, Schema file, string fileName, string? advice = null)
    {
        const int shown = 40;
        string[] missing = [.. wanted.Where(name => file.IndexOf(name) < 0).Distinct(StringComparer.Ordinal)];
        if (missing.Length == 0)
            return;
        string names = string.Join(", ", missing.Select(m => NearestWord.Find(m, file.Select(f => f.Name)) is { } near ? $"'{m}' (did you mean '{near}'?)" : $"'{m}'"));
        string has = string.Join(", ", file.Take(shown).Select(f => f.Name)) + (file.Count > shown ? ", …" : "");
        throw new BatchFunctionsException(
            ErrorKind.Request,
            $"{fileName} has no column {names}. It has {has}. {advice ?? "Rename the column in the input, or name the right one in the pipeline or the model's manifest"}.");
    }

    /// <summary>Compares a file's columns with what a job reads.</summary>
    /// <param name="wanted">The columns that are read, with their types.</param>
    /// <param name="absent">The optional columns that the job does without, since its first file lacks them.</param>
    /// <param name="file">The file's columns.</param>
    /// <param name="format">The file's format: only Parquet tells types, and JSON Lines leaves out what is null.</param>
    /// <param name="fileName">The file's name.</param>
    /// <param name="mayLackColumns">Whether a column that the file lacks holds nulls there.</param>
    /// <param name="readsText">Whether text is read as whatever type is wanted.</param>
    /// <returns>A sentence that names every difference, or null where there is none.</returns>
    public static string? Differences(
        Schema wanted, IReadOnlyList<string> absent, Schema file, FileFormat format, string fileName, bool mayLackColumns = false, bool readsText = false)
    {
        string[] missing = mayLackColumns || format == FileFormat.Jsonl ? [] : [.. wanted.Select(f => f.Name).Where(name => file.IndexOf(name) < 0)];
        List<string> differences = [];
        foreach (Field field in format == FileFormat.Parquet ? wanted : Enumerable.Empty<Field>())
            if (file.Find(field.Name) is { } stored && !(readsText && stored.Type == DataType.String) && !TypeConversions.CanRead(stored.Type, field.Type))
                differences.Add($"'{field.Name}' is {TypeConversions.NameOf(stored.Type)}, but it is wanted as {TypeConversions.NameOf(field.Type)}");
        foreach (string name in absent.Where(name => file.IndexOf(name) >= 0))
            differences.Add($"'{name}', which is optional, is missing in other files; have it in all of them or in none");
        return missing.Length + differences.Count == 0 ? null : Describe(missing, differences, file, fileName);
    }

    private static void RequireNone(string[] missing, List<string> differences, Schema file, string fileName)
    {
        if (missing.Length + differences.Count > 0)
            throw new BatchFunctionsException(
                ErrorKind.Request,
                $"{Describe(missing, differences, file, fileName)} Correct the input, or what the pipeline or the model's manifest say of these columns.");
    }

    private static string Describe(string[] missing, List<string> differences, Schema file, string fileName)
    {
        string names = string.Join(", ", missing.Distinct(StringComparer.Ordinal).Select(m => NearestWord.Find(m, file.Select(f => f.Name)) is { } near ? $"'{m}' (did you mean '{near}'?)" : $"'{m}'"));
        string[] parts = [.. missing.Length > 0 ? [$"has no column {names}"] : (string[])[], .. differences];
        string has = missing.Length == 0 ? "" : $" It has {string.Join(", ", file.Take(ShownColumns).Select(f => f.Name))}{(file.Count > ShownColumns ? ", …" : "")}.";
        return $"{fileName}{(missing.Length > 0 ? " " : ": ")}{string.Join("; ", parts)}.{has}";
    }

    // A later record may have them.
    private static IEnumerable<Field> Unseen(PipelineDefinition pipeline, ModelSignature model, Schema available) =>
        model.Features
            .Where(f => f.Optional && available.IndexOf(f.Name) < 0)
            .Select(f => Ruled(pipeline, new Field(f.Name, ModelSignature.TypeFor(f, DataType.String)!.Value)));

    private static void RefuseBoundsOnText(PipelineDefinition pipeline, IReadOnlyList<Field> columns)
    {
        foreach (Field column in columns)
            if (column.Type is DataType.String or DataType.Bool or DataType.Date or DataType.Timestamp
                && pipeline.Validation.Columns.TryGetValue(column.Name, out ColumnRule? rule) && (rule.Min ?? rule.Max) is not null)
                throw new BatchFunctionsException(
                    ErrorKind.Request,
                    $"validation.columns.{column.Name} has min or max, which are for numbers, but '{column.Name}' is read as {TypeConversions.NameOf(column.Type)}. Write its type there, such as type: float64.");
    }

    // What is wrong with a rule is said where it stands in the pipeline, once its columns are known.
    private static IEnumerable<string> Mentioned(PipelineDefinition pipeline, ModelSignature model, Schema available) =>
        RuleConditions.InputColumns(pipeline.Decisions, model).Concat(SourceFilter.ColumnNames(pipeline)).Where(name => available.IndexOf(name) >= 0);

    private static Field Ruled(PipelineDefinition pipeline, Field field) =>
        pipeline.Validation.Columns.TryGetValue(field.Name, out ColumnRule? rule) && rule.Type is { } type ? field with { Type = type } : field;
}
