using BatchFunctions.Data;
using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Pipelines;

/// <summary>Where the records come from: the <c>source</c> key.</summary>
public sealed record SourceDefinition
{
    /// <summary>What <see cref="Sql"/> calls <see cref="Path"/>.</summary>
    internal const string InputName = "input";

    /// <summary>
    /// A file, or a glob (<c>*</c>, <c>**</c>, <c>?</c>, <c>[…]</c>, <c>{a,b}</c>) of files of one format; <c>{date}</c> stands for the job's date, <c>{date:FORMAT}</c>
    /// for it in a .NET date format. <c>key=value</c> folders become columns. The folder of a Delta table means the table.
    /// </summary>
    [Key(Example = "customers/*.parquet")]
    public required string Path { get; init; }

    /// <summary>Which version of a Delta table is read, where <see cref="Path"/> is the folder of one. Default: the newest.</summary>
    public long? Version { get; init; }

    /// <summary>
    /// <c>last_run</c> scores what no successful job of the pipeline has scored: the files, or the rows of a Delta table, that are new. Default: none, every
    /// job scores all that <see cref="Path"/> means.
    /// </summary>
    public SinceDefinition? Since { get; init; }

    /// <summary>The files' format. Default: by the file name's ending.</summary>
    public FileFormat? Format { get; init; }

    /// <summary>The column that names a record in the output. Default: none; the output then has the record's number.</summary>
    [Key(Example = "customer_id")]
    public string? Id { get; init; }

    /// <summary>
    /// Whether the files' contents are hashed once they are scored, so that <c>batchfn verify</c> finds any change to them later: <c>auto</c> does it
    /// where they have 128 MiB together at most. Default: auto.
    /// </summary>
    public SnapshotHashing Hash { get; init; } = SnapshotHashing.Auto;

    /// <summary>How CSV files are read.</summary>
    public CsvDefinition Csv { get; init; } = new();

    /// <summary>
    /// A condition on the records to score; the others are counted and left out. Files and row groups in which it cannot hold are not read. Default:
    /// none, all are scored.
    /// </summary>
    [Key(Form = KeyForm.Expression, Example = "customer_id between 'A' and 'B'")]
    public string? Filter { get; init; }

    /// <summary>Keeps the newest record per key.</summary>
    public LatestByDefinition? LatestBy { get; init; }

    /// <summary>Adds the columns of a second source to the records.</summary>
    public JoinDefinition? Join { get; init; }

    /// <summary>The columns that the job's snapshot has, in this order. Default: all.</summary>
    [Key(NotEmpty = true, Item = "column", Example = "[customer_id, age, region]")]
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>
    /// A query in DuckDB's SQL whose rows are scored, for what the other keys cannot say: one SELECT over <c>input</c>, which is <see cref="Path"/>, and the names in
    /// <see cref="Tables"/>. <c>{date}</c> stands for the job's date. Default: none.
    /// </summary>
    [Key(Form = KeyForm.Sql, Example = "SELECT * FROM input WHERE amount > 0")]
    public string? Sql { get; init; }

    /// <summary>Further sources for <see cref="Sql"/>, by the names that it calls them.</summary>
    [Key(Item = "name")]
    public IReadOnlyDictionary<string, NamedSourceDefinition> Tables { get; init; } = new Dictionary<string, NamedSourceDefinition>();
}
