using System.ComponentModel;
using System.Diagnostics;

namespace BatchFunctions.Benchmarks.Comparison;

/// <summary>The rivals that are no .NET programs: they take part where their runtime is there.</summary>
internal static class Rivals
{
    /// <summary>The contender's kind: polars with ONNX Runtime, in Node.</summary>
    public const string Polars = "polars";

    /// <summary>Where their programs lie.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "rivals");

    /// <summary>Installs what they need; false, with a word on <paramref name="output"/>, where that cannot be done.</summary>
    public static async Task<bool> PrepareAsync(TextWriter output, CancellationToken cancellationToken)
    {
        if (Directory.Exists(Path.Combine(Folder, "node_modules", "onnxruntime-node")))
            return true;
        try
        {
            // The install scripts would download what is not used here.
            var start = new ProcessStartInfo("npm", ["install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]) { WorkingDirectory = Folder, RedirectStandardOutput = true };
            using var npm = Process.Start(start)!;
            await npm.StandardOutput.ReadToEndAsync(cancellationToken);
            await npm.WaitForExitAsync(cancellationToken);
            if (npm.ExitCode == 0)
                return true;
            output.WriteLine("polars: npm install failed, so it does not take part.");
        }
        catch (Win32Exception)
        {
            output.WriteLine("polars: there is no npm, so it does not take part.");
        }

        return false;
    }
}
