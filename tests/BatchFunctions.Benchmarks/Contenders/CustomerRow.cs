namespace BatchFunctions.Benchmarks.Contenders;

#pragma warning disable IDE1006, CA1707 // The names are those of the file's columns.

/// <summary>A customer as an object.</summary>
internal sealed class CustomerRow
{
    public long? user_id { get; set; }

    public long? age { get; set; }

    public double? income { get; set; }

    public long? credit_score { get; set; }

    public long? num_purchases { get; set; }

    public long? account_age_days { get; set; }

    public double? avg_transaction { get; set; }

    public long? num_returns { get; set; }

    public long? is_premium { get; set; }

    public long? region { get; set; }

    public long? category_preference { get; set; }

    public double[] Features() =>
    [
        age ?? 0, income ?? 0, credit_score ?? 0, num_purchases ?? 0, account_age_days ?? 0, avg_transaction ?? 0, num_returns ?? 0, is_premium ?? 0, region ?? 0, category_preference ?? 0,
    ];
}
