using System.Text;

namespace BatchFunctions.Pipelines.Loading;

/// <summary>What was found wrong with a pipeline file, in the order of the file.</summary>
internal sealed class Problems
{
    private const int Kept = 1_000;
    private const int Shown = 20;

    private readonly List<PipelineProblem> _problems = [];

    /// <summary>The number of problems.</summary>
    public int Count => _problems.Count;

    /// <summary>Notes a problem.</summary>
    public void Add(Position at, string message)
    {
        if (_problems.Count < Kept)
            _problems.Add(new PipelineProblem(at.Line, at.Column, message));
    }

    /// <summary>Refuses the file if anything is wrong with it.</summary>
    /// <exception cref="BatchFunctionsException"><see cref="ErrorKind.Request"/>, with all that is wrong.</exception>
    public void Throw(string fileName)
    {
        if (_problems.Count > 0)
            throw Refusal(fileName, _problems);
    }

    /// <summary>The error that lists <paramref name="problems"/>, at most 20 of them.</summary>
    public static BatchFunctionsException Refusal(string fileName, IReadOnlyCollection<PipelineProblem> problems)
    {
        IEnumerable<string> lines = problems.OrderBy(p => p.Line).ThenBy(p => p.Column).Select(p => $"{fileName}:{p.Line}:{p.Column}: {p.Message}");
        if (problems.Count == 1)
            return new(ErrorKind.Request, lines.Single());
        var text = new StringBuilder($"{fileName} has {problems.Count} problems:");
        foreach (string line in lines.Take(Shown))
            text.Append('\n').Append(line);
        if (problems.Count > Shown)
            text.Append($"\n… and {problems.Count - Shown} more.");
        return new(ErrorKind.Request, text.ToString());
    }
}
