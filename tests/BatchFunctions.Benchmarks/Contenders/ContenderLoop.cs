using System.Globalization;
using System.Text.Json;

namespace BatchFunctions.Benchmarks.Contenders;

/// <summary>A contender's process: one run for each line on stdin, one line of JSON for each run.</summary>
internal static class ContenderLoop
{
    public static async Task<int> RunAsync(string setupFile, TextReader orders, TextWriter answers, CancellationToken cancellationToken)
    {
        var setup = ReadSetup(setupFile);
        await using (var contender = await CreateAsync(setup, cancellationToken))
        {
            Answer(new ContenderAnswer(Ready: true));
            while (await orders.ReadLineAsync(cancellationToken) is "go")
                Answer(await contender.RunAsync(cancellationToken));
        }

        Answer(new ContenderAnswer(PeakMib: PeakMib()));
        return 0;

        void Answer(ContenderAnswer answer)
        {
            answers.WriteLine(JsonSerializer.Serialize(answer, ContenderJson.Default.ContenderAnswer));
            answers.Flush();
        }
    }

    /// <summary>Reads what a contender is to do.</summary>
    public static ContenderSetup ReadSetup(string file) => JsonSerializer.Deserialize(File.ReadAllBytes(file), ContenderJson.Default.ContenderSetup)!;

    private static async Task<IContender> CreateAsync(ContenderSetup setup, CancellationToken cancellationToken) => setup.Kind switch
    {
        "job" => await JobContender.CreateAsync(setup, cancellationToken),
        "stopped" => await StoppedJobContender.CreateAsync(setup, cancellationToken),
        "continued" => ContinuedJobContender.Create(setup),
        "bare" => await BarePathContender.CreateAsync(setup, cancellationToken),
        "stages" => await StagesContender.CreateAsync(setup, cancellationToken),
        "runtime" => await RuntimeContender.CreateAsync(setup, cancellationToken),
        "rows" => new RowObjectContender(setup),
        _ => throw new ArgumentException($"There is no contender '{setup.Kind}'."),
    };

    private static double PeakMib()
    {
        if (!OperatingSystem.IsLinux())
            return Environment.WorkingSet / 1024.0 / 1024.0;
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }
}
