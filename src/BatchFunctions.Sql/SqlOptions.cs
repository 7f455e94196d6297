using System.Globalization;
using BatchFunctions.Pipelines.Loading;

namespace BatchFunctions.Sql;

/// <summary>How much of the machine a view may take while it is made.</summary>
public sealed record SqlOptions
{
    /// <summary>The variable of <see cref="Memory"/>.</summary>
    public const string MemoryVariable = "BATCHFN_SQL_MEMORY";

    /// <summary>The variable of <see cref="Threads"/>.</summary>
    public const string ThreadsVariable = "BATCHFN_SQL_THREADS";

    /// <summary>The variable of <see cref="Folder"/>.</summary>
    public const string FolderVariable = "BATCHFN_SQL_FOLDER";

    private const long LeastMemory = 64L << 20;
    private const int MostThreads = 1024;

    /// <summary>Bytes of memory; what does not fit goes to <see cref="Folder"/>. At least 64 MiB. Default: 512 MiB.</summary>
    public long Memory { get; init; } = 512L << 20;

    /// <summary>The number of threads. Default: the number of processors, 8 at most.</summary>
    public int Threads { get; init; } = Math.Min(8, Environment.ProcessorCount);

    /// <summary>The folder of what does not fit into memory, and of copies of blobs: a full path. Default: the machine's temporary files.</summary>
    public string Folder { get; init; } = Path.GetTempPath();

    /// <summary>Reads the settings from variables.</summary>
    /// <param name="variable">Gives a variable's value, or null where it is not set.</param>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>: one of them is wrong.</exception>
    public static SqlOptions Read(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var options = new SqlOptions();
        if (variable(MemoryVariable) is { Length: > 0 } memory)
        {
            options = SizeText.TryParse(memory, out long bytes) && bytes >= LeastMemory
                ? options with { Memory = bytes }
                : throw Wrong(MemoryVariable, memory, "a number of bytes such as 512MiB, at least 64MiB");
        }

        if (variable(ThreadsVariable) is { Length: > 0 } threads)
        {
            options = int.TryParse(threads, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= MostThreads
                ? options with { Threads = number }
                : throw Wrong(ThreadsVariable, threads, $"a number from 1 to {MostThreads}");
        }

        if (variable(FolderVariable) is { Length: > 0 } folder)
        {
            options = Path.IsPathFullyQualified(folder)
                ? options with { Folder = folder }
                : throw Wrong(FolderVariable, folder, "the full path of a folder");
        }

        return options;
    }

    private static BatchFunctionsException Wrong(string variable, string value, string wanted) =>
        new(ErrorKind.Request, $"{variable} is '{value}', but must be {wanted}.");
}
