using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>Keeps the newest record per key: the <c>source.latest_by</c> key.</summary>
public sealed record LatestByDefinition
{
    /// <summary>The column, or the columns, that name an entity. A record without one of them is kept: it is no other's predecessor.</summary>
    [Key(NotEmpty = true, OrOne = true, Item = "column", Example = "customer_id")]
    public required IReadOnlyList<string> Key { get; init; }

    /// <summary>
    /// The column by which records of one entity are ordered: a time, a date, a number, or text. A record without a value counts as older than all that
    /// have one; of equals the later one in the input's order is kept.
    /// </summary>
    [Key(Example = "event_time")]
    public required string Order { get; init; }

    /// <summary>
    /// Only what was known then counts: records of a later <see cref="Order"/>, or of none, are left out. A day (until its end, UTC), a time, a number, or <c>{date}</c> for
    /// the job's date. Default: all records count.
    /// </summary>
    [Key(Form = KeyForm.AsOf, Example = "\"{date}\"")]
    public string? AsOf { get; init; }
}
