using System.Text;

namespace BatchFunctions.Cli.Tests;

/// <summary>Keeps what is written, and tells of each line.</summary>
internal sealed class LineWriter(Action<string>? onLine) : TextWriter
{
    private readonly StringBuilder _text = new();
    private readonly Lock _lock = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        lock (_lock)
            _text.Append(value);
    }

    public override void WriteLine(string? value)
    {
        lock (_lock)
            _text.AppendLine(value);
        onLine?.Invoke(value ?? "");
    }

    public override string ToString()
    {
        lock (_lock)
            return _text.ToString();
    }
}
