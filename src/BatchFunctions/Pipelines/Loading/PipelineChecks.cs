using System.Globalization;
using BatchFunctions.Data;

namespace BatchFunctions.Pipelines.Loading;

/// <summary>Checks between the keys of one mapping, once each key is right by itself.</summary>
internal static class PipelineChecks
{
    private const int MaxSegments = 10;

    /// <summary>Notes what does not fit together in <paramref name="value"/>, which was bound from <paramref name="mapping"/>.</summary>
    public static void Check(object value, YamlMapping mapping, string path, Problems problems)
    {
        void Say(string key, string message) => problems.Add(mapping.PositionOf(key), message);

        switch (value)
        {
            case RetryDefinition r when r.FirstDelay > r.MaxDelay:
                Say("first_delay", $"{path}.first_delay ({DurationText.Format(r.FirstDelay)}) is longer than max_delay ({DurationText.Format(r.MaxDelay)}).");
                break;
            case VolumeDefinition v when v.MinRatio > v.MaxRatio:
                Say("min_ratio", $"{path}.min_ratio is more than max_ratio.");
                break;
            case VolumeDefinition { MinRatio: null, MaxRatio: null }:
                Say("", $"{path} is empty; write min_ratio, max_ratio or both, or remove the key.");
                break;
            case CalibrationDefinition { Count: 0 }:
                Say("", $"{path} is empty; write platt: {{ a: …, b: … }}, isotonic: {{ x: […], y: […] }} or temperature: …, or remove the key.");
                break;
            case CalibrationDefinition { Count: > 1 }:
                Say("", $"{path} has several of platt, isotonic and temperature; keep one.");
                break;
            case IsotonicDefinition isotonic when isotonic.Fault() is var (key, complaint):
                Say(key, $"{path}.{key} {complaint}");
                break;
            case DecisionsDefinition { Rules: { } rules }:
                for (int i = 0; i < rules.Count - 1; i++)
                    if (rules[i].When is null)
                        problems.Add(((YamlSequence)mapping.Find("rules")!).Items[i].At, $"{path}.rules[{i}] matches every record, so that no rule behind it could; write 'when', or move it to the end.");
                break;
            case EvaluationDefinition { Segments.Count: > MaxSegments } e:
                Say("segments", $"{path}.segments names {e.Segments.Count} columns; {MaxSegments} are allowed.");
                break;
            case EvaluationDefinition { Positive: { } positive } e when positive == e.Negative:
                Say("negative", $"{path}.negative is '{positive}', and so is positive.");
                break;
            case TriggerDefinition { Schedule: null, Arrival: null }:
                Say("", $"{path} is empty; write schedule, arrival or both, or remove the key.");
                break;
            case SourceDefinition { Since: not null, Version: not null }:
                Say("since", $"{path}.since and version exclude each other: a job that reads one version of a table, always the same, has nothing new to look for. Keep one.");
                break;
            case OutputDefinition { Table: not null, Format: not FileFormat.Parquet }:
                Say("format", $"{path}.format must be parquet where there is a table, since a table's files are Parquet; remove the key, or the table.");
                break;
            case TableDefinition table:
                Check(table, path, Say);
                break;
            case ColumnRule rule:
                Check(rule, path, Say);
                break;
            case SourceDefinition source:
                Check(source, path, Say);
                break;
        }
    }

    private static void Check(SourceDefinition source, string path, Action<string, string> say)
    {
        foreach ((string key, bool isThere) in ((string, bool)[])[("latest_by", source.LatestBy is not null), ("join", source.Join is not null), ("columns", source.Columns is not null)])
            if (isThere && source.Sql is not null)
                say(key, $"{path}.{key} cannot stand beside sql, which says all of it; remove one.");
        if (source is { Sql: null, Tables.Count: > 0 })
            say("tables", $"{path}.tables is for sql, and there is none; write it, or remove the tables.");
        foreach (string name in source.Tables.Keys)
            if (!TextForms.IsTableName(name) || name.Equals(SourceDefinition.InputName, StringComparison.OrdinalIgnoreCase))
                say("tables", $"{path}.tables has '{name}'; write a name of letters, digits and '_' that starts with a letter, other than {SourceDefinition.InputName}, which is source.path.");
        if (source.Tables.Keys.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } same)
            say("tables", $"{path}.tables has {string.Join(" and ", same.Select(n => $"'{n}'"))}, which SQL takes for one; name one otherwise.");
    }

    private static void Check(TableDefinition table, string path, Action<string, string> say)
    {
        if (table.PartitionBy.FirstOrDefault(c => !TablePartition.Columns.Contains(c)) is { } odd)
            say("partition_by", $"{path}.partition_by has '{odd}', but a table can be partitioned by {string.Join(" and ", TablePartition.Columns)} only: what all rows of a job share.");
        else if (table.PartitionBy.Distinct(StringComparer.Ordinal).Count() < table.PartitionBy.Count)
            say("partition_by", $"{path}.partition_by names a column twice.");
        if (table is { Mode: TableMode.OverwritePartition, PartitionBy.Count: 0 })
            say("mode", $"{path}.mode is overwrite_partition, but the table has no partitions; write partition_by, or mode: overwrite.");
    }

    private static void Check(ColumnRule rule, string path, Action<string, string> say)
    {
        if (rule.Min > rule.Max)
            say("min", $"{path}.min is more than max, so that no value could pass.");
        if (rule.Type is DataType.String or DataType.Bool or DataType.Date or DataType.Timestamp)
        {
            if (rule.Min is not null)
                say("min", $"{path}.min is for numbers, but the type is {PipelineKeys.Snake(rule.Type.Value.ToString())}.");
            if (rule.Max is not null)
                say("max", $"{path}.max is for numbers, but the type is {PipelineKeys.Snake(rule.Type.Value.ToString())}.");
        }

        if (rule.MaxLength is not null && rule.Type is not (null or DataType.String))
            say("max_length", $"{path}.max_length is for text, but the type is {PipelineKeys.Snake(rule.Type.Value.ToString())}.");
        if (rule.Type is DataType.Int32 or DataType.Int64 && rule.Allowed?.FirstOrDefault(a => !long.TryParse(a, CultureInfo.InvariantCulture, out _)) is { } odd)
            say("allowed", $"{path}.allowed has a value that is no whole number, but the type is {PipelineKeys.Snake(rule.Type.Value.ToString())}.");
    }
}
