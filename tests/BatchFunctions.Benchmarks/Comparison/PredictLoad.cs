using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace BatchFunctions.Benchmarks.Comparison;

/// <summary>
/// Asks a replica of the scoring service for scores at a fixed rate, each row of a JSON Lines file in turn, and says how long answers took. A request's time counts from when it was due,
/// so that a server that falls behind is not asked less. The very first request, before the others, is told apart.
/// </summary>
internal sealed class PredictLoad(Uri url, string key, string pipeline, string rows, int rate, int seconds)
{
    private const int WarmUpSeconds = 5;

    /// <summary>Runs it.</summary>
    public async Task<int> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        byte[][] bodies = [.. File.ReadLines(rows).Take(1000).Select(row => Encoding.UTF8.GetBytes($$"""{"pipeline":"{{pipeline}}","rows":[{{row}}]}"""))];
        using var http = new HttpClient { BaseAddress = url };
        http.DefaultRequestHeaders.Add("x-functions-key", key);
        var cold = Stopwatch.GetTimestamp();
        await AskAsync(bodies[0]);
        await output.WriteLineAsync(FormattableString.Invariant($"first answer: {Stopwatch.GetElapsedTime(cold).TotalMilliseconds:0} ms"));
        var total = (WarmUpSeconds + seconds) * rate;
        var times = new double[total];
        var asked = new Task[total];
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < total; i++)
        {
            var due = TimeSpan.FromSeconds((double)i / rate);
            while (Stopwatch.GetElapsedTime(started) is var now && now < due)
                await Task.Delay(due - now > TimeSpan.FromMilliseconds(2) ? due - now - TimeSpan.FromMilliseconds(1) : TimeSpan.FromMilliseconds(1), cancellationToken);
            asked[i] = MeasureAsync(i, due);
        }

        await Task.WhenAll(asked);
        var counted = times[(WarmUpSeconds * rate)..].Order().ToArray();
        await output.WriteLineAsync(FormattableString.Invariant(
            $"{counted.Length} requests at {rate}/s: p50 {At(0.5):0.00} ms, p95 {At(0.95):0.00} ms, p99 {At(0.99):0.00} ms, max {counted[^1]:0.00} ms"));
        return 0;

        double At(double share) => counted[(int)Math.Min(counted.Length - 1, share * counted.Length)];

        async Task MeasureAsync(int i, TimeSpan due)
        {
            await AskAsync(bodies[i % bodies.Length]);
            times[i] = (Stopwatch.GetElapsedTime(started) - due).TotalMilliseconds;
        }

        async Task AskAsync(byte[] row)
        {
            using var body = new ByteArrayContent(row);
            body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var answer = await http.PostAsync(new Uri("/predict", UriKind.Relative), body, cancellationToken);
            answer.EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        }
    }
}
