using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>What a record must be like: the <c>validation</c> key.</summary>
public sealed record ValidationDefinition
{
    /// <summary>What happens to a record that breaks a rule. Default: it is rejected and the job goes on.</summary>
    public BadRecordAction OnBadRecord { get; init; } = BadRecordAction.Reject;

    /// <summary>Rules by column name.</summary>
    [Key(Item = "column", Example = "{ age: { min: 0, max: 130 } }")]
    public IReadOnlyDictionary<string, ColumnRule> Columns { get; init; } = new Dictionary<string, ColumnRule>();

    /// <summary>What happens to missing values, of the columns whose rule says so.</summary>
    internal Dictionary<string, MissingAction> MissingActions() =>
        Columns.Where(c => c.Value.Missing is not null).ToDictionary(c => c.Key, c => c.Value.Missing!.Value);
}
