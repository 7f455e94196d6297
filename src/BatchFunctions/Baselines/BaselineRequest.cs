namespace BatchFunctions.Baselines;

/// <summary>What a baseline is made of, and how.</summary>
public sealed record BaselineRequest
{
    /// <summary>The most bins or categories that can be asked for.</summary>
    public const int Most = 1000;

    /// <summary>A pipeline's file (<c>.yaml</c>), whose input is read and scored, or data: a file, a folder or a glob.</summary>
    public required string Source { get; init; }

    /// <summary>For data: the model whose features are read and which scores them. For a pipeline: replaces its model. Null for none.</summary>
    public string? Model { get; init; }

    /// <summary>For a pipeline: replaces its <c>source.path</c>; null for none.</summary>
    public string? Input { get; init; }

    /// <summary>For data without a model: the column that holds scores; null for <c>probability</c>, else <c>score</c>, where the data has one.</summary>
    public string? Score { get; init; }

    /// <summary>What <c>{date}</c> stands for; null for today, in UTC.</summary>
    public DateOnly? Date { get; init; }

    /// <summary>About how many bins numbers get.</summary>
    public int Bins { get; init; } = 20;

    /// <summary>How many categories text gets at most.</summary>
    public int Categories { get; init; } = 100;
}
